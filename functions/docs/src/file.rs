//! Files of pages, packed into the function.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::GzDecoder;
use shared::http::Page;
use shared::{Call, Problem, Reply};

/// A file of a page: its name, its type and its bytes, compressed.
pub(crate) type File = (&'static str, &'static str, &'static [u8]);

pub(crate) const CSS: &str = "text/css; charset=utf-8";
pub(crate) const HTML: &str = "text/html; charset=utf-8";
pub(crate) const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The file of this name of this page, packed by the build script.
macro_rules! packed {
    ($page:literal, $name:literal, $content_type:expr) => {
        ($name, $content_type, include_bytes!(concat!(env!("OUT_DIR"), "/", $page, "/", $name, ".gz")))
    };
}
pub(crate) use packed;

/// Answers the file that the path names, compressed for whoever takes it so; that it is unchanged to whoever has it.
pub(crate) fn answer(
    call: &Call,
    files: &[File],
    policy: impl Into<Cow<'static, str>>,
) -> Result<Reply, Problem> {
    let name = call.path_text("file")?;
    let (_, content_type, packed) =
        files.iter().find(|(known, _, _)| *known == name).ok_or(Problem::UnknownRoute)?;
    let page = Page { content_type, policy: policy.into(), version: version(packed) };
    if call.has(&page.version) {
        return Ok(Reply::not_modified(page));
    }
    if call.accepts_gzip() {
        return Ok(Reply::page(page, packed.to_vec(), true));
    }
    let mut bytes = Vec::new();
    GzDecoder::new(*packed)
        .read_to_end(&mut bytes)
        .map_err(|failure| Problem::Internal(failure.to_string()))?;
    Ok(Reply::page(page, bytes, false))
}

/// What changes with a file, by the checksum and the size of it at the end of what is compressed (RFC 1952, 2.3.1). It is weak, since
/// the same file has other bytes when it is compressed.
fn version(packed: &[u8]) -> String {
    let end = packed.last_chunk::<8>().copied().unwrap_or_default();
    format!("W/\"{:016x}\"", u64::from_be_bytes(end))
}
