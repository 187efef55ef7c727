//! The door of `get_swagger`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(docs::get_swagger::handle(app, call)))
}
