//! The door of `refresh_session`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(sessions::refresh_session::handle(app, call)))
}
