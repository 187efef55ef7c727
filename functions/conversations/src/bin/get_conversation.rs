//! The door of `get_conversation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::get_conversation::handle(app, call)))
}
