//! The door of `add_members`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::add_members::handle(app, call)))
}
