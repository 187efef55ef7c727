//! The `$default` route: every path and method that is not in the contract.

use shared::{App, Call, Problem, Reply};

/// Answers 404.
#[expect(clippy::unused_async, reason = "every handler is asynchronous")]
pub async fn handle(_app: &App, _call: Call) -> Result<Reply, Problem> {
    Err(Problem::UnknownRoute)
}
