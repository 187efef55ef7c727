//! The door of `unblock_user`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::unblock_user::handle(app, call)))
}
