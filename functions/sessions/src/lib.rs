//! Sessions: log in, stay logged in, log out, and the authorizer that turns an access token into a caller.

pub mod authorize;
pub mod create_session;
pub mod delete_current_session;
pub mod delete_session;
pub mod list_sessions;
mod logged_in;
pub mod refresh_session;
