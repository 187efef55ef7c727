//! What a client gets that has logged in or refreshed its tokens.

use serde::Serialize;
use shared::profile::OwnProfile;
use shared::session::SessionTokens;

/// The session's tokens and whose they are.
#[derive(Serialize)]
pub struct LoggedIn<'a> {
    #[serde(flatten)]
    pub tokens: SessionTokens<'a>,
    pub user: OwnProfile,
}
