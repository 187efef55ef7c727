//! The door of `get_user`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::get_user::handle(app, call)))
}
