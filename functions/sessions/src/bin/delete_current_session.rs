//! The door of `delete_current_session`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(sessions::delete_current_session::handle(app, call)))
}
