//! The door of `disconnect_socket`.

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, event| {
        Box::pin(async { Ok(realtime::disconnect_socket::handle(app, event).await?) })
    })
}
