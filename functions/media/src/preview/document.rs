//! Documents: the first page of a PDF as a picture, where it can be drawn. A document is served as it is in any case, as a file to
//! be saved, so that nothing of this can make one fail.

use super::child::{Job, draw};
use super::deadline::Deadline;
use super::failure::Trouble;
use super::format::Format;
use super::{Preview, Source, Tools};

/// The part of a file's time that may be drawn.
const DRAWING: f32 = 0.65;

pub async fn make(tools: &Tools, source: &Source<'_>, deadline: Deadline) -> Result<Preview, Trouble> {
    let job = Job::new(source.path, Format::Pdf, source.scratch);
    match draw(tools, &job, deadline.or_after(tools.time.mul_f32(DRAWING))).await {
        Ok(drawn) => Ok(Preview { width: None, height: None, ..drawn.preview(source.scratch) }),
        Err(Trouble::File(failure)) => {
            tracing::info!(reason = failure.reason(), "the first page of a document cannot be drawn");
            Ok(Preview::default())
        }
        Err(trouble) => Err(trouble),
    }
}
