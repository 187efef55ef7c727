//! The door of `unpin_message`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::unpin_message::handle(app, call)))
}
