//! `GET /swagger/{file}`: Swagger UI over the contract, from the package that carries it; nothing comes from anywhere else.

use std::io::Read;

use flate2::read::GzDecoder;
use shared::http::Page;
use shared::{App, Call, Problem, Reply};

/// A file of the page: its name, its type and its bytes, compressed.
type File = (&'static str, &'static str, &'static [u8]);

/// The file of this name, packed by the build script.
macro_rules! packed {
    ($name:literal, $content_type:literal) => {
        ($name, $content_type, include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")))
    };
}

const FILES: [File; 5] = [
    packed!("favicon-32x32.png", "image/png"),
    packed!("index.html", "text/html; charset=utf-8"),
    packed!("initializer.js", "text/javascript; charset=utf-8"),
    packed!("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    packed!("swagger-ui.css", "text/css; charset=utf-8"),
];

/// What the page may load and run: its own files, the styles and pictures that Swagger UI writes itself, and the API.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// Answers the file, compressed for whoever takes it so.
#[expect(clippy::unused_async, reason = "every handler is asynchronous")]
pub async fn handle(_app: &App, call: Call) -> Result<Reply, Problem> {
    let name = call.path_text("file")?;
    let (_, content_type, packed) =
        FILES.into_iter().find(|(known, _, _)| *known == name).ok_or(Problem::UnknownRoute)?;
    let page = Page { content_type, policy: POLICY };
    if call.accepts_gzip() {
        return Ok(Reply::page(page, packed.to_vec(), true));
    }
    let mut bytes = Vec::new();
    GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .map_err(|failure| Problem::Internal(failure.to_string()))?;
    Ok(Reply::page(page, bytes, false))
}
