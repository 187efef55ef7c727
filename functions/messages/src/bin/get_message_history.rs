//! The door of `get_message_history`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::get_message_history::handle(app, call)))
}
