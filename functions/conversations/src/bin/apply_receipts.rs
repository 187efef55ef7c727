//! The door of `apply_receipts`.

fn main() -> std::process::ExitCode {
    shared::serve_batches("receipts", |app, batch| {
        Box::pin(conversations::apply_receipts::handle(app, batch))
    })
}
