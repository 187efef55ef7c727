//! The door of `delete_media`.

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(media::delete_media::handle(app, call)))
}
