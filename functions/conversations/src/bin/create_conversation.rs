//! The door of `create_conversation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::create_conversation::handle(app, call)))
}
