//! The door of `list_conversations`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::list_conversations::handle(app, call)))
}
