//! The door of `expire_presence`.

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _| Box::pin(async { Ok(users::expire_presence::handle(app).await?) }))
}
