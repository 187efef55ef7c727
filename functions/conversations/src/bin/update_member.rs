//! The door of `update_member`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::update_member::handle(app, call)))
}
