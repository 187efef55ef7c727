//! A key service that misbehaves, on the wire, before the functions' real client and the real handlers: slow, throttled, failing, denied,
//! disabled, about to be deleted.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use shared::App;
use shared::crypto::Purpose;
use testkit::{Answer, FaultyKms, KmsFault, Somebody, TestApp};
use tokio::time::timeout;
use tracing::level_filters::LevelFilter;

use crate::words::{READ, SEND, group, reading, sending, sends, texts};

const MINUTE: Duration = Duration::from_mins(1);
/// What a function has at the most (template.yaml): whatever is wrong, an answer comes before it.
const LIMIT: Duration = Duration::from_secs(20);

/// A conversation, and an environment whose way to its keys is the faulty one.
struct World {
    app: TestApp,
    kms: Arc<FaultyKms>,
    environment: App,
    alice: Somebody,
    chat: shared::id::ConversationId,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let alice = app.somebody("alice").await;
        let chat = group(&app, &[&alice]).await;
        sends(&app, &alice, chat, "hello").await;
        let kms = FaultyKms::start(Arc::clone(&app.kms)).await;
        let environment = app.environment_with(kms.client());
        Self { app, kms, environment, alice, chat }
    }

    /// Another environment, which has no key yet.
    fn becomes_cold(&mut self) {
        self.environment = self.app.environment_with(self.kms.client());
    }

    /// Reads the page, in the time that a function has.
    async fn reads(&self) -> Answer {
        timeout(LIMIT, reading(&self.alice, self.chat).through(&self.environment, READ)).await.unwrap()
    }

    async fn sends(&self) -> Answer {
        timeout(LIMIT, sending(&self.alice, self.chat, "and again").through(&self.environment, SEND))
            .await
            .unwrap()
    }

    async fn refusals(&self) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT detail ->> 'reason' FROM audit_events WHERE event = 'crypt_key_refused' ORDER BY at",
        )
        .fetch_all(&mut self.app.connect().await)
        .await
        .unwrap()
    }

    async fn messages(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM messages")
            .fetch_one(&mut self.app.connect().await)
            .await
            .unwrap()
    }
}

/// 503 with the seconds after which a client may try again.
#[track_caller]
fn is_unavailable(answer: &Answer) {
    answer.problem(503, "unavailable");
    let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(seconds > 0 && answer.json()["retryable"] == true);
}

/// Tries each fault in a thread of its own: what waits for a key service waits beside the others.
fn each<const N: usize>(faults: [KmsFault; N], tries: impl AsyncFn(KmsFault) + Sync) {
    std::thread::scope(|scope| {
        for fault in faults {
            let tries = &tries;
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(tries(fault));
            });
        }
    });
}

#[test]
fn a_cold_environment_is_told_to_come_again_and_nothing_is_half_done() {
    each(KmsFault::PASSING, async |fault| {
        let world = World::new().await;
        let before = world.messages().await;
        world.kms.breaks(fault);
        is_unavailable(&world.reads().await);
        is_unavailable(&world.sends().await);
        assert_eq!(world.messages().await, before, "{fault:?}");
        world.kms.mends();
        assert_eq!(texts(&world.reads().await), [Some("hello".to_owned())], "{fault:?}");
        assert!(world.refusals().await.is_empty(), "a key service that is away is no security event");
    });
}

#[test]
fn a_warm_environment_goes_on_for_an_hour_and_says_so() {
    each(KmsFault::PASSING, async |fault| {
        let world = World::new().await;
        world.reads().await.ok();
        world.kms.breaks(fault);
        let log = Log::begin();
        let mut stale = 0;
        for minutes in [10, 10, 20, 15] {
            world.app.clock.advance(minutes * MINUTE);
            world.reads().await.ok();
            // The second of a burst does not wait for what is known to be away.
            let calls = world.kms.calls();
            world.reads().await.ok();
            assert_eq!(world.kms.calls(), calls, "{fault:?}");
            stale = log.lines_of("crypt_key_stale").len();
        }
        // One for each time it was asked in vain: what the metric StaleKeysServed counts.
        assert!(stale >= 2, "{fault:?}: {stale}");
        assert_eq!(log.lines_of("crypt_key_stale")[0]["level"], "WARN");
        world.app.clock.advance(10 * MINUTE);
        is_unavailable(&world.reads().await);
        assert_eq!(log.lines_of("crypt_key_unavailable").len(), 1);
        drop(log);
        world.kms.mends();
        world.reads().await.ok();
        assert!(world.refusals().await.is_empty());
    });
}

#[tokio::test]
async fn a_refused_key_bites_within_a_quarter_of_an_hour_and_leaves_no_copy_behind() {
    for (fault, reason) in KmsFault::REFUSALS.into_iter().zip([
        "AccessDeniedException",
        "DisabledException",
        "KMSInvalidStateException",
        "NotFoundException",
    ]) {
        let world = World::new().await;
        world.reads().await.ok();
        world.kms.breaks(fault);
        // Asked for at once it still serves: that is the price of no call on the warm path.
        assert_eq!(texts(&world.reads().await), [Some("hello".to_owned())]);
        world.app.clock.advance(15 * MINUTE);
        is_unavailable(&world.reads().await);
        is_unavailable(&world.sends().await);
        assert_eq!(world.refusals().await, [reason], "{fault:?}: once a minute, however many ask");
        // Nor is KMS asked by all of them; a moment later it is.
        let calls = world.kms.calls();
        is_unavailable(&world.reads().await);
        assert_eq!(world.kms.calls(), calls, "{fault:?}");
        world.app.clock.advance(Duration::from_secs(10));
        // Where KMS is away afterwards, there is nothing stale to go on with.
        world.kms.breaks(KmsFault::Throttled);
        is_unavailable(&world.reads().await);
        world.kms.mends();
        assert_eq!(texts(&world.reads().await), [Some("hello".to_owned())]);
    }
}

/// Used all the time, a key is renewed before its life is over, and refused then.
#[tokio::test]
async fn under_use_a_disabled_key_bites_at_its_renewal() {
    let world = World::new().await;
    world.reads().await.ok();
    let active = world.environment.active_key(Purpose::Content).await.unwrap().id;
    world.kms.breaks(KmsFault::Disabled);
    for _ in 0..10 {
        world.app.clock.advance(MINUTE);
        world.reads().await.ok();
    }
    world.app.clock.advance(2 * MINUTE);
    // The use that finds it due is served; its renewal is beside the request.
    while world.environment.key_cache.fresh(Purpose::Content, active).is_some() {
        tokio::task::yield_now().await;
    }
    is_unavailable(&world.reads().await);
}

#[tokio::test]
async fn a_thousand_warm_requests_ask_nothing_and_a_cold_one_once() {
    let mut world = World::new().await;
    world.reads().await.ok();
    world.sends().await.created();
    assert_eq!(world.kms.calls(), 1, "one key for reading and sending");
    for _ in 0..500 {
        world.reads().await.ok();
        world.sends().await.created();
    }
    assert_eq!(world.kms.calls(), 1);
    world.becomes_cold();
    world.sends().await.created();
    assert_eq!(world.kms.calls(), 2);
}

#[tokio::test]
async fn sixty_four_requests_that_miss_together_ask_once() {
    let world = World::new().await;
    let requests = (0..64).map(|_| reading(&world.alice, world.chat).through(&world.environment, READ));
    let mut answers = Vec::new();
    let mut running: Vec<_> = requests.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        running.retain_mut(|request| match request.as_mut().poll(context) {
            std::task::Poll::Ready(answer) => {
                answers.push(answer);
                false
            }
            std::task::Poll::Pending => true,
        });
        if running.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    assert_eq!(answers.len(), 64);
    for answer in &answers {
        assert_eq!(texts(answer), [Some("hello".to_owned())]);
    }
    assert_eq!(world.kms.calls(), 1);
}

/// A day of an environment that touches many conversations in each quarter of an hour: how often it asks is a matter of time and not of
/// conversations.
#[tokio::test]
async fn a_day_of_traffic_asks_once_a_quarter_of_an_hour() {
    let world = World::new().await;
    let mut chats = vec![world.chat];
    for _ in 0..9 {
        let chat = group(&world.app, &[&world.alice]).await;
        sends(&world.app, &world.alice, chat, "hello").await;
        chats.push(chat);
    }
    let before = world.kms.calls();
    let quarters = 24 * 4;
    for _ in 0..quarters {
        for chat in &chats {
            let page = reading(&world.alice, *chat).through(&world.environment, READ).await;
            assert_eq!(texts(&page), [Some("hello".to_owned())]);
        }
        world.app.clock.advance(15 * MINUTE);
    }
    let calls = world.kms.calls() - before;
    assert!((quarters..=2 * quarters).contains(&calls), "{calls} calls for {} pages", quarters * chats.len());
}

/// The log of this thread, as a function writes it.
struct Log {
    written: Arc<Mutex<Vec<u8>>>,
    _guard: tracing::subscriber::DefaultGuard,
}

struct Sink(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn begin() -> Self {
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        let lines = shared::log::lines(move || Sink(Arc::clone(&sink)), LevelFilter::INFO);
        Self { written, _guard: tracing::subscriber::set_default(lines) }
    }

    /// The lines with this `event`, which is what the metrics of the template look for.
    fn lines_of(&self, event: &str) -> Vec<Value> {
        let text = String::from_utf8(self.written.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["event"] == event).collect()
    }
}
