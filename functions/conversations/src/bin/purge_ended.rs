//! The door of `purge_ended`.

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _event| {
        Box::pin(async move { Ok(conversations::purge_ended::handle(app).await?) })
    })
}
