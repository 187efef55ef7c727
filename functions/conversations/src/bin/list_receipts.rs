//! The door of `list_receipts`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::list_receipts::handle(app, call)))
}
