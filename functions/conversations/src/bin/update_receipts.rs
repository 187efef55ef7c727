//! The door of `update_receipts`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::update_receipts::handle(app, call)))
}
