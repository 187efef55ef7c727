//! The door of `unmute_conversation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::unmute_conversation::handle(app, call)))
}
