//! The door of `update_settings`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::update_settings::handle(app, call)))
}
