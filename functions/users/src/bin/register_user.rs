//! The door of `register_user`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::register_user::handle(app, call)))
}
