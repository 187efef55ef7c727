//! Worker of the queue `push`: tells the devices of a conversation's members of a new message.
//!
//! Who is told: every member but the sender who has not read the message, whom nobody has blocked in a direct conversation,
//! who has not muted the conversation (unless the message means them by name), and who is not connected at the moment. A device is told
//! of an event once at the most: what may have been taken is not sent again.

use futures_util::stream::{StreamExt, iter};
use serde::Deserialize;
use shared::App;
use shared::app::optional;
use shared::id::{DeviceId, KeyringId, OutboxId, UserId};
use shared::worker::{Task, TaskFailure};
use uuid::Uuid;

use crate::device::{SealedTarget, open_target};
use crate::list_devices::Reach;
use crate::push::credentials::{Office, Secret};
use crate::push::{Notice, Providers, Settings, Tally, Verdict};
use crate::target::Platform;
use crate::url::LocalReceivers;

/// Devices that one statement takes: those that are lost, at the most, when a worker dies before it knows what became of them.
const PAGE: i64 = 64;
/// Devices that are told at the same moment.
const AT_ONCE: usize = 32;

/// What a task says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Work {
    /// A message's event.
    event_id: OutboxId,
}

impl Settings {
    /// What the environment of the worker says.
    #[must_use]
    pub fn from_environment() -> Self {
        let reach = Reach::from_environment();
        let url = |name, usual: &str| optional(name).unwrap_or_else(|| usual.to_owned());
        Self {
            apns_url: url("APNS_URL", "https://api.push.apple.com"),
            fcm_url: url("FCM_URL", "https://fcm.googleapis.com"),
            web_push_key: reach.web_push_key,
            platforms: reach.platforms,
            local: LocalReceivers::from_environment(),
            sender_names: optional("PUSH_SENDER_NAMES").is_some_and(|word| word == "told"),
        }
    }
}

/// A device that this attempt has taken.
struct Taken {
    user: UserId,
    device: DeviceId,
    platform: Platform,
    app_id: Option<String>,
    token_hash: Vec<u8>,
    target: SealedTarget,
    notice: Notice,
}

/// Does one task.
///
/// # Errors
/// [`TaskFailure::Retry`] when a provider asks for another attempt, or something of ours was away.
pub async fn handle<S: Secret>(app: &App, office: &Office<S>, task: Task<'_>) -> Result<(), TaskFailure> {
    let Work { event_id } = task.read()?;
    let providers = office.providers(app).await?;
    let attempt: Uuid = app.new_id()?;
    let mut after = (Uuid::nil(), Uuid::nil());
    let (mut tally, mut again) = (Tally::default(), 0);
    loop {
        let taken = take(app, event_id, attempt, after, office.settings().sender_names).await?;
        let (read, last) = (taken.read, taken.last);
        let told: Vec<(Taken, Verdict)> =
            iter(taken.devices.into_iter().map(|device| tell(app, &providers, device)))
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
        for (device, verdict) in &told {
            tally.count(device.platform, *verdict);
            again += usize::from(*verdict == Verdict::Retry);
        }
        settle(app, event_id, attempt, &told).await?;
        match last {
            Some(last) if read == PAGE => after = last,
            _ => break,
        }
    }
    tally.print(optional("STAGE").as_deref(), app.clock.now());
    if again > 0 {
        return Err(TaskFailure::Retry(format!("{again} devices are to be told again")));
    }
    Ok(())
}

/// Devices that were taken, how many there were to look at, and the last of them.
struct Page {
    devices: Vec<Taken>,
    read: i64,
    last: Option<(Uuid, Uuid)>,
}

async fn take(
    app: &App,
    event: OutboxId,
    attempt: Uuid,
    after: (Uuid, Uuid),
    names: bool,
) -> Result<Page, TaskFailure> {
    let statement =
        || sqlx::query_file!("src/push/take_devices.sql", event.0, attempt, after.0, after.1, PAGE, names);
    let rows = app.database.fetch_all(statement).await?;
    let read = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let last = rows.last().map(|row| (row.user_id, row.device_id));
    let devices = rows.into_iter().filter(|row| row.taken).filter_map(|row| {
        let notice = Notice {
            r#type: "message.created",
            event_id: event,
            conversation_id: row.conversation_id.into(),
            message_id: row.message_id.into(),
            seq: row.seq.into(),
            unread_count: row.unread_count,
            mentioned: row.mentioned,
            locale: row.locale,
            sender_name: row.sender_name,
        };
        Some(Taken {
            user: row.user_id.into(),
            device: row.device_id.into(),
            platform: Platform::named(&row.platform)?,
            app_id: row.app_id,
            token_hash: row.token_hash,
            target: SealedTarget { keyring: KeyringId(row.keyring_id), sealed: row.sealed },
            notice,
        })
    });
    Ok(Page { devices: devices.collect(), read, last })
}

async fn tell(app: &App, providers: &Providers, taken: Taken) -> (Taken, Verdict) {
    let opened = open_target(app, taken.user, taken.device, taken.platform, &taken.target).await;
    let verdict = match opened {
        Ok(Ok(target)) => providers.tell(app, &target, taken.app_id.as_deref(), &taken.notice).await,
        Ok(Err(reason)) => {
            tracing::error!(event = "crypt_decrypt_fail", device_id = %taken.device, %reason, "a device does not open");
            Verdict::Refused
        }
        // Its key is not to be had now.
        Err(_) => Verdict::Retry,
    };
    (taken, verdict)
}

/// Notes what became of the devices, and forgets those that are gone.
async fn settle(
    app: &App,
    event: OutboxId,
    attempt: Uuid,
    told: &[(Taken, Verdict)],
) -> Result<(), TaskFailure> {
    if told.is_empty() {
        return Ok(());
    }
    let users: Vec<Uuid> = told.iter().map(|(taken, _)| taken.user.0).collect();
    let devices: Vec<Uuid> = told.iter().map(|(taken, _)| taken.device.0).collect();
    let hashes: Vec<Vec<u8>> = told.iter().map(|(taken, _)| taken.token_hash.clone()).collect();
    let states: Vec<String> = told.iter().map(|(_, verdict)| verdict.name().to_owned()).collect();
    let statement = || {
        sqlx::query_file!("src/push/settle_devices.sql", event.0, attempt, &users, &devices, &hashes, &states)
    };
    let settled = app.database.fetch_one(statement).await?;
    tracing::info!(event_id = %event, devices = told.len(), gone = settled.gone, "devices were told");
    Ok(())
}
