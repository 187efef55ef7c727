//! The door of `update_report`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::update_report::handle(app, call)))
}
