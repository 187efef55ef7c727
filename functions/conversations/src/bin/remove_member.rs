//! The door of `remove_member`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::remove_member::handle(app, call)))
}
