//! The door of `get_limits`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(meta::get_limits::handle(app, call)))
}
