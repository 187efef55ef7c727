//! The door of `set_status`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::set_status::handle(app, call)))
}
