//! `DELETE /v1/sessions/current`: logs out. A repeat finds the session ended and answers 401: the client is out either way.

use shared::{App, Call, Problem, Reply};

use crate::delete_session::end;

/// Ends the session of the token that the request came with.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    end(app, caller, caller.session_id).await
}
