//! The door of `list_webhook_deliveries`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(notifications::list_webhook_deliveries::handle(app, call)))
}
