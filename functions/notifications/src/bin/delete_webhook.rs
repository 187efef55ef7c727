//! The door of `delete_webhook`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(notifications::delete_webhook::handle(app, call)))
}
