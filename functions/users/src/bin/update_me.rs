//! The door of `update_me`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::update_me::handle(app, call)))
}
