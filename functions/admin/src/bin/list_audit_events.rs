//! The door of `list_audit_events`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(admin::list_audit_events::handle(app, call)))
}
