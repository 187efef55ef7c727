//! The door of `delete_conversation`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(conversations::delete_conversation::handle(app, call)))
}
