//! What is in an archive: one file for each kind of thing, read page by page, so that neither memory nor a statement grows with
//! what somebody has.
//!
//! ```text
//! profile.json  settings.json  sessions.json  blocks.json  audit.json  conversations.json
//! conversations/<id>.jsonl     one message a line, by seq
//! ```
//!
//! Everything is as the API shows it to the user at that moment; things that change meanwhile may be in it as they were before or
//! after.

mod account;
mod conversations;
mod file;

use std::path::Path;

use shared::id::ExportId;
use shared::{App, Problem};
use uuid::Uuid;

use self::file::ArchiveFile;

/// The run that writes. Its statements begin at the view `running_exports`, which has nothing for a run whose export was given to
/// another, or whose user is gone.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    pub app: &'a App,
    pub export: ExportId,
    /// Which beginning of the export it is.
    pub id: Uuid,
}

/// Writes the archive to a new file; answers its bytes.
pub async fn write(run: Run<'_>, path: &Path) -> Result<i64, Problem> {
    let mut archive = ArchiveFile::create(path, run.app.clock.now())?;
    account::profile(run, &mut archive).await?;
    account::settings(run, &mut archive).await?;
    account::sessions(run, &mut archive).await?;
    account::blocks(run, &mut archive).await?;
    account::security_events(run, &mut archive).await?;
    conversations::write(run, &mut archive).await?;
    archive.finish()
}
