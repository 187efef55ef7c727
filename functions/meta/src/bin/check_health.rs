//! The door of `check_health`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(meta::check_health::handle(app, call)))
}
