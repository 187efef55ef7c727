//! Sessions: log in, and the authorizer that turns an access token into a caller.

pub mod authorize;
pub mod create_session;
