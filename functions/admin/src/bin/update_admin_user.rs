//! The door of `update_admin_user`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(admin::update_admin_user::handle(app, call)))
}
