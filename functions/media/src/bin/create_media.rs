//! The door of `create_media`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(media::create_media::handle(app, call)))
}
