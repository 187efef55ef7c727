//! `GET /openapi.json`: the contract, as `openapi.yaml` states it.

use shared::{App, Call, Problem, Reply};

const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));

/// Answers the document.
#[expect(clippy::unused_async, reason = "every handler is asynchronous")]
pub async fn handle(_app: &App, _call: Call) -> Result<Reply, Problem> {
    Ok(Reply::document("application/json", DOCUMENT))
}
