//! The door of `search_messages`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::search_messages::handle(app, call)))
}
