//! The door of `search_users`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(users::search_users::handle(app, call)))
}
