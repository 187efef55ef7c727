//! The door of `unknown_route`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(meta::unknown_route::handle(app, call)))
}
