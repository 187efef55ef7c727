//! The door of `record_presence`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use users::record_presence;
use users::sweeps::{self, Sweeps};

/// The sweeps that follow whoever is seen, where there are any.
static SWEEPS: LazyLock<Result<Option<Sweeps>, Misconfigured>> = LazyLock::new(Sweeps::from_environment);

fn main() -> std::process::ExitCode {
    shared::serve_batches("presence", |app, batch| {
        Box::pin(async move {
            record_presence::handle(app, batch).await?;
            sweeps::follow(app, SWEEPS.as_ref()?.as_ref()).await;
            Ok(())
        })
    })
}
