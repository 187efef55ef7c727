//! The door of `get_me`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::get_me::handle(app, call)))
}
