//! A user's own account as their devices are told of it: profile and privacy switches.

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::http::Problem;
use crate::profile::{OwnProfile, UserRow};

/// The privacy switches: what one lets others know; each is on unless switched off.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Settings {
    /// Whether others learn what one has read.
    pub send_read_receipts: bool,
    /// Whether others see that one is typing.
    pub send_typing: bool,
    /// Whether others see when one was last there.
    pub show_last_seen: bool,
}

/// What one may change of one's account.
#[derive(Debug, Serialize)]
pub struct Account {
    /// The profile.
    pub user: OwnProfile,
    /// The privacy switches.
    pub settings: Settings,
}

/// An account as the SQL function `account_part` writes it.
#[derive(Deserialize)]
struct AccountPart {
    user: UserRow,
    settings: Settings,
}

impl App {
    /// The account that the SQL function `account_part` wrote, with the address opened.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the key of the address is not to be had now; [`Problem::Internal`] when the function writes
    /// something else than is read here.
    pub async fn open_account(&self, part: &str) -> Result<Account, Problem> {
        let AccountPart { user, settings } = serde_json::from_str(part)
            .map_err(|failure| Problem::Internal(format!("an account: {failure}")))?;
        Ok(Account { user: self.own_profile(user).await?, settings })
    }
}
