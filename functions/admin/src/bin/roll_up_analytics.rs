//! The door of `roll_up_analytics`.

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _event| Box::pin(async { Ok(admin::roll_up_analytics::handle(app).await?) }))
}
