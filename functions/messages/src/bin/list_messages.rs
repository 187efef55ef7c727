//! The door of `list_messages`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::list_messages::handle(app, call)))
}
