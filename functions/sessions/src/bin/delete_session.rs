//! The door of `delete_session`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(sessions::delete_session::handle(app, call)))
}
