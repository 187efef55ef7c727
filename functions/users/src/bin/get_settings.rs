//! The door of `get_settings`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::get_settings::handle(app, call)))
}
