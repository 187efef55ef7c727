//! The door of `make_previews`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use shared::objects::AwsObjects;

/// Where uploads come, and what is made of them goes.
static OBJECTS: LazyLock<Result<AwsObjects, Misconfigured>> =
    LazyLock::new(|| AwsObjects::from_environment("MEDIA_BUCKET"));

fn main() -> std::process::ExitCode {
    shared::serve_tasks("media", |app, task| {
        Box::pin(async move {
            let look: media::make_previews::Look = |source| Box::pin(media::preview::process(source));
            media::make_previews::handle(app, OBJECTS.as_ref()?, look, task).await
        })
    })
}
