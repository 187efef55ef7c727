//! The door of `get_analytics`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(admin::get_analytics::handle(app, call)))
}
