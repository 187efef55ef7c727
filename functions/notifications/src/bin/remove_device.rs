//! The door of `remove_device`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(notifications::remove_device::handle(app, call)))
}
