//! The door of `authorize`.

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, event| Box::pin(async { Ok(sessions::authorize::handle(app, event).await?) }))
}
