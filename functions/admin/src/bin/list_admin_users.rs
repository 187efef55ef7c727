//! The door of `list_admin_users`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(admin::list_admin_users::handle(app, call)))
}
