//! The door of `pin_message`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::pin_message::handle(app, call)))
}
