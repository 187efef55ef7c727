//! The door of `request_rotation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(keys::request_rotation::handle(app, call)))
}
