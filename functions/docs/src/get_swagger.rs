//! `GET /swagger/{file}`: Swagger UI over the contract, from the package that carries it; nothing comes from anywhere else.

use shared::{App, Call, Problem, Reply};

use crate::file::{self, CSS, File, HTML, JAVASCRIPT, packed};

const FILES: [File; 5] = [
    packed!("swagger", "favicon-32x32.png", "image/png"),
    packed!("swagger", "index.html", HTML),
    packed!("swagger", "initializer.js", JAVASCRIPT),
    packed!("swagger", "swagger-ui-bundle.js", JAVASCRIPT),
    packed!("swagger", "swagger-ui.css", CSS),
];

/// What the page may load and run: its own files, the styles and pictures that Swagger UI writes itself, and the API.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// Answers the file.
#[expect(clippy::unused_async, reason = "every handler is asynchronous")]
pub async fn handle(_app: &App, call: Call) -> Result<Reply, Problem> {
    file::answer(&call, &FILES, POLICY)
}
