//! `PUT /v1/devices/{device_id}`: has the caller's device told of messages. Sent at every start of an app: the same again
//! changes nothing, and a token that another user or device had moves.
//!
//! The device is bound to the session: when that ends, for whatever reason, the device is gone.

use shared::http::Fields;
use shared::id::DeviceId;
use shared::{App, Call, Problem, Reply};

use crate::device::{AppId, Locale, Row, seal_target};
use crate::target::{Platform, Subscription, Target, Token};
use crate::url::LocalReceivers;

/// How often to try while other devices come beside us: once they are committed, the next try sees them.
const ATTEMPTS: usize = 4;

/// What the client sends.
struct Registration {
    target: Target,
    app_id: Option<AppId>,
    locale: Option<Locale>,
}

impl Registration {
    fn parse(mut fields: Fields, local: LocalReceivers) -> Result<Self, Problem> {
        let platform: Option<Platform> = fields.required("platform");
        let target = match platform {
            Some(Platform::Web) => {
                let subscription: Option<Subscription> = fields.required("subscription");
                subscription.and_then(|subscription| {
                    let permitted = subscription.url().and_then(|url| url.permitted(local));
                    match permitted {
                        Ok(_) => Some(Target::Web(subscription)),
                        Err(invalid) => fields.wrong("subscription", invalid.within(".endpoint")),
                    }
                })
            }
            Some(platform) => {
                let token: Option<Token> = fields.required("token");
                token.and_then(|token| match token.of(platform) {
                    Ok(target) => Some(target),
                    Err(invalid) => fields.wrong("token", invalid),
                })
            }
            // What else it needs depends on the platform: only one of the two is asked for, whichever is there.
            None => {
                let (_, _): (Option<Token>, Option<Subscription>) =
                    (fields.optional("token"), fields.optional("subscription"));
                None
            }
        };
        let app_id = fields.optional("app_id");
        let locale = fields.optional("locale");
        fields.finish(|| Some(Self { target: target?, app_id, locale }))
    }
}

/// Registers the device and answers it.
pub async fn handle(app: &App, local: LocalReceivers, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let device: DeviceId = call.path_id("device_id")?;
    let request = Registration::parse(call.fields()?, local)?;
    let hash = request.target.hash();
    let sealed = seal_target(app, caller.user_id, device, &request.target).await?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/register_device.sql",
            caller.session_id.0,
            caller.user_id.0,
            device.0,
            request.target.platform().name(),
            request.app_id.as_ref().map(|app| app.0.as_str()),
            request.locale.as_ref().map(|locale| locale.0.as_str()),
            hash.as_slice(),
            sealed.keyring.0,
            sealed.sealed,
        )
    };
    for _ in 0..ATTEMPTS {
        let row = match app.database.fetch_one(statement).await {
            // Another device took the place, or the token, at this moment.
            Err(failure)
                if matches!(failure.constraint(), Some("devices_place_key" | "devices_token_key")) =>
            {
                continue;
            }
            row => row?,
        };
        if !row.session_live {
            return Err(Problem::Unauthenticated);
        }
        return Reply::ok(&row.into_device().ok_or(Problem::TooManyDevices)?);
    }
    Err(Problem::unavailable("other devices came beside us at every attempt"))
}
