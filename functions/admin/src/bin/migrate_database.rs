//! The door of `migrate_database`.

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, event| {
        Box::pin(async { Ok(admin::migrate_database::handle(app, event).await?) })
    })
}
