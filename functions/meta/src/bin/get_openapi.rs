//! The door of `get_openapi`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(meta::get_openapi::handle(app, call)))
}
