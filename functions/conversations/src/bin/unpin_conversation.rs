//! The door of `unpin_conversation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::unpin_conversation::handle(app, call)))
}
