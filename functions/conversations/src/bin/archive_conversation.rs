//! The door of `archive_conversation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::archive_conversation::handle(app, call)))
}
