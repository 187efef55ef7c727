//! The door of `make_previews`.

use std::process::ExitCode;
use std::sync::LazyLock;

use media::make_previews::Look;
use media::preview::{Tools, child, process};
use shared::app::Misconfigured;
use shared::objects::AwsObjects;

/// Where uploads come, and what is made of them goes.
static OBJECTS: LazyLock<Result<AwsObjects, Misconfigured>> =
    LazyLock::new(|| AwsObjects::from_environment("MEDIA_BUCKET"));

/// What opens them.
static TOOLS: LazyLock<Tools> = LazyLock::new(Tools::from_environment);

fn main() -> ExitCode {
    // Files are opened in this program once more, as a confined child.
    if let Some(done) = child() {
        return done;
    }
    shared::serve_tasks("media", |app, task| {
        Box::pin(async move {
            let look: Look = |source| Box::pin(process(&TOOLS, source));
            media::make_previews::handle(app, OBJECTS.as_ref()?, look, task).await
        })
    })
}
