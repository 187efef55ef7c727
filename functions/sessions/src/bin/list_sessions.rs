//! The door of `list_sessions`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(sessions::list_sessions::handle(app, call)))
}
