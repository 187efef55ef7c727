//! The door of `sync`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::sync::handle(app, call)))
}
