//! The door of `send_message`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::send_message::handle(app, call)))
}
