//! The door of `sweep_expired`.

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _| Box::pin(async { Ok(admin::sweep_expired::handle(app).await?) }))
}
