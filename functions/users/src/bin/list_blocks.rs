//! The door of `list_blocks`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::list_blocks::handle(app, call)))
}
