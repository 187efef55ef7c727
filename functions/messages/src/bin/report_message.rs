//! The door of `report_message`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::report_message::handle(app, call)))
}
