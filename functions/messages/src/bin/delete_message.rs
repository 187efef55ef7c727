//! The door of `delete_message`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::delete_message::handle(app, call)))
}
