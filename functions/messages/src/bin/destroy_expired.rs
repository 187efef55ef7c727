//! The door of `destroy_expired`.

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _event| {
        Box::pin(async move { Ok(messages::destroy_expired::handle(app).await?) })
    })
}
