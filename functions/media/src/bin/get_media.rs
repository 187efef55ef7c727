//! The door of `get_media`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(media::get_media::handle(app, call)))
}
