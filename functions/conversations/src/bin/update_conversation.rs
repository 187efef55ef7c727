//! The door of `update_conversation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::update_conversation::handle(app, call)))
}
