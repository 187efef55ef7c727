//! The door of `mute_conversation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::mute_conversation::handle(app, call)))
}
