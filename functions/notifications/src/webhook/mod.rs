//! Webhooks: what all their endpoints and their worker share.

pub mod attempt;
pub mod delivery;
mod events;
mod row;
pub mod secret;

pub use events::{EventTypes, TEST};
pub use row::{Row, Webhook};

use std::net::IpAddr;

use serde::Serialize;
use shared::audit::Entry;
use shared::http::{Fields, Invalid};
use shared::text::WebhookDescription;
use shared::{App, Caller, Problem};

use crate::outbound::is_public;
use crate::url::{CallUrl, LocalReceivers};

/// Reads the field `url`: one that may be called.
pub fn url(fields: &mut Fields, url: Option<CallUrl>, local: LocalReceivers) -> Option<CallUrl> {
    let permitted = url?.permitted(local).and_then(|url| {
        let own = |address: IpAddr| address.is_loopback() && local == LocalReceivers::Allowed;
        // A name is looked at when it is called; that an address is none of the public ones can be said at once.
        if url.address().is_none_or(|address| is_public(address) || own(address)) {
            Ok(url)
        } else {
            Err(Invalid::new("not_allowed", "must not be an address of a private network"))
        }
    });
    match permitted {
        Ok(url) => Some(url),
        Err(invalid) => fields.wrong("url", invalid),
    }
}

/// What an admin may say of a webhook.
pub struct Settings {
    pub url: Option<CallUrl>,
    pub events: Option<EventTypes>,
    pub description: Option<WebhookDescription>,
    pub enabled: Option<bool>,
}

/// A webhook with its secret, which is told once.
#[derive(Serialize)]
pub struct WithSecret {
    #[serde(flatten)]
    pub webhook: Webhook,
    pub secret: String,
}

/// Whether the caller has a session and a role that allows it; the second refusal is recorded.
///
/// # Errors
/// [`Problem::Unauthenticated`] or [`Problem::RoleRequired`].
pub async fn admit(
    app: &App,
    caller: Caller,
    session_live: bool,
    allowed: bool,
    action: &'static str,
) -> Result<(), Problem> {
    if !session_live {
        return Err(Problem::Unauthenticated);
    }
    if !allowed {
        app.record(vec![Entry::refused(caller, action)]).await;
        return Err(Problem::RoleRequired);
    }
    Ok(())
}
