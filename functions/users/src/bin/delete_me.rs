//! The door of `delete_me`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::delete_me::handle(app, call)))
}
