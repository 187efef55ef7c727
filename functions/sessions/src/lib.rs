//! Sessions: log in, stay logged in, and the authorizer that turns an access token into a caller.

pub mod authorize;
pub mod create_session;
mod logged_in;
pub mod refresh_session;
