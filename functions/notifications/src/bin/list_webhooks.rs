//! The door of `list_webhooks`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(notifications::list_webhooks::handle(app, call)))
}
