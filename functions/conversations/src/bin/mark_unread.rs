//! The door of `mark_unread`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::mark_unread::handle(app, call)))
}
