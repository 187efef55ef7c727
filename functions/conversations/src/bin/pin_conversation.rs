//! The door of `pin_conversation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::pin_conversation::handle(app, call)))
}
