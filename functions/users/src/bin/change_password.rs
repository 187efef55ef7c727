//! The door of `change_password`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::change_password::handle(app, call)))
}
