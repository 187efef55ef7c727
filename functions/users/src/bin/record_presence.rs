//! The door of `record_presence`.

fn main() -> std::process::ExitCode {
    shared::serve_batches("presence", |app, batch| Box::pin(users::record_presence::handle(app, batch)))
}
