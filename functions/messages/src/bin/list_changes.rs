//! The door of `list_changes`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::list_changes::handle(app, call)))
}
