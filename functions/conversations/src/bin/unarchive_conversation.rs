//! The door of `unarchive_conversation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::unarchive_conversation::handle(app, call)))
}
