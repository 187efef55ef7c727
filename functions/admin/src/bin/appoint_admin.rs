//! The door of `appoint_admin`.

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, event| Box::pin(async { Ok(admin::appoint_admin::handle(app, event).await?) }))
}
