//! The door of `block_user`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::block_user::handle(app, call)))
}
