//! The door of `get_message_status`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::get_message_status::handle(app, call)))
}
