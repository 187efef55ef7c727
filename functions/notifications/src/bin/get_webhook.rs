//! The door of `get_webhook`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(notifications::get_webhook::handle(app, call)))
}
