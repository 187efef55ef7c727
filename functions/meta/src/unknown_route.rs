//! The `$default` route: every path and method that is not in the contract.

use shared::{App, Call, Problem, Reply};

/// Answers 404, but for whoever looks for a page where one expects it: a gateway's route has no place for an empty file name.
#[expect(clippy::unused_async, reason = "every handler is asynchronous")]
pub async fn handle(_app: &App, call: Call) -> Result<Reply, Problem> {
    match (call.method(), call.path()) {
        ("GET", "/demo" | "/demo/") => Ok(Reply::redirect("/demo/index.html")),
        ("GET", "/swagger" | "/swagger/") => Ok(Reply::redirect("/swagger/index.html")),
        _ => Err(Problem::UnknownRoute),
    }
}
