//! The door of `get_message`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::get_message::handle(app, call)))
}
