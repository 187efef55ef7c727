//! The door of `remove_reaction`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::remove_reaction::handle(app, call)))
}
