//! The door of `add_reaction`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(messages::add_reaction::handle(app, call)))
}
