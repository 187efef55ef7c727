//! The door of `list_media`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(media::list_media::handle(app, call)))
}
