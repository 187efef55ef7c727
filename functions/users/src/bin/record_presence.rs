//! The door of `record_presence`.

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, event| {
        Box::pin(async { Ok(users::record_presence::handle(app, event).await?) })
    })
}
