//! The door of `edit_message`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::edit_message::handle(app, call)))
}
