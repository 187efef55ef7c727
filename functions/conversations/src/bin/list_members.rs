//! The door of `list_members`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::list_members::handle(app, call)))
}
