//! The door of `list_keys`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(keys::list_keys::handle(app, call)))
}
