//! The door of `create_session`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(sessions::create_session::handle(app, call)))
}
