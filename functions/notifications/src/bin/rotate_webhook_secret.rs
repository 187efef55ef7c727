//! The door of `rotate_webhook_secret`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(notifications::rotate_webhook_secret::handle(app, call)))
}
