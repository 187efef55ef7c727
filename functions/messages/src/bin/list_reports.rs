//! The door of `list_reports`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::list_reports::handle(app, call)))
}
