//! What encryption costs: CPU time of the release build, one thread, without a database. The one argument is how many epoch keys are
//! sealed again; the answer is a line of JSON.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;
use shared::crypto::{Context, EpochKey, Key, OpenFailure, open, seal};
use shared::id::{ConversationId, Epoch, KeyringId, MessageId, Revision, UserId};
use shared::message::MessagePlace;
use shared::random::SystemRandom;
use uuid::Uuid;

/// Messages of a page.
const PAGE: u128 = 50;
/// How often each is done for its mean: long enough that what the kernel counts is fine enough.
const SEALS: u32 = 200_000;
const PAGES: u32 = 4_000;

/// What does not happen, and ends the measurement.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let reseals = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    match measure(reseals) {
        Ok(figures) => {
            println!("{figures}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn measure(reseals: u128) -> Result<serde_json::Value, Failure> {
    let conversation = ConversationId(Uuid::from_u128(1));
    let (old, new) = (Key::generate(&SystemRandom)?, Key::generate(&SystemRandom)?);
    let key = EpochKey { conversation, epoch: Epoch(1), key: Key::generate(&SystemRandom)? };
    let context = |keyring: u128| Context::ConversationKey {
        conversation,
        epoch: Epoch(1),
        keyring: KeyringId(Uuid::from_u128(keyring)),
    };
    let sealed_key = seal(&SystemRandom, &old, &context(1), key.key.expose())?;
    let place = |message: u128| MessagePlace {
        id: MessageId(Uuid::from_u128(message)),
        sender: UserId(Uuid::from_u128(2)),
        kind: "text",
        version: Revision(1),
    };
    // As a message is stored: a JSON text of 1 KiB.
    let message_json = format!("{{\"text\":\"{}\"}}", "x".repeat(1_024 - 11));

    let seal_us =
        mean(SEALS, || key.seal_message(&SystemRandom, place(1), message_json.as_bytes()).map(drop))?;
    let send_us = mean(SEALS, || {
        let opened = open(&old, &context(1), &sealed_key)?;
        let key = EpochKey { key: Key::from_slice(&opened).ok_or(OpenFailure::Format)?, ..key.clone() };
        key.seal_message(&SystemRandom, place(1), message_json.as_bytes())?;
        Ok::<_, Failure>(())
    })?;
    let page: Vec<Vec<u8>> = (0..PAGE)
        .map(|message| key.seal_message(&SystemRandom, place(message), message_json.as_bytes()))
        .collect::<Result<_, _>>()?;
    let page_us = mean(PAGES, || {
        let opened = open(&old, &context(1), &sealed_key)?;
        let key = EpochKey { key: Key::from_slice(&opened).ok_or(OpenFailure::Format)?, ..key.clone() };
        for (message, sealed) in (0..PAGE).zip(&page) {
            key.open_message(place(message), sealed)?;
        }
        Ok::<_, Failure>(())
    })?;

    let begun = cpu();
    for _ in 0..reseals {
        let opened = open(&old, &context(1), &sealed_key)?;
        seal(&SystemRandom, &new, &context(2), &opened)?;
    }
    let spent = cpu().saturating_sub(begun);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 of them")]
    let per_million_s = spent.as_secs_f64() * 1_000_000.0 / reseals as f64;
    Ok(json!({
        "seal_1_kib_us": seal_us,
        "unwrap_and_seal_1_kib_us": send_us,
        "open_page_of_50_us": page_us,
        "million_reseals_cpu_s": per_million_s,
    }))
}

/// What one of them takes on the average, in microseconds of CPU.
fn mean<T, E>(count: u32, work: impl Fn() -> Result<T, E>) -> Result<f64, E> {
    let begun = cpu();
    for _ in 0..count {
        std::hint::black_box(work()?);
    }
    Ok(cpu().saturating_sub(begun).as_secs_f64() * 1_000_000.0 / f64::from(count))
}

/// The time that this thread has spent on a CPU: the first of the three numbers of proc(5)'s `schedstat`.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|spent| spent.parse().ok()).unwrap_or_default())
}
