//! What the cache of keyring keys promises.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use shared::crypto::{KeyCache, Kms, KmsFailure, Purpose, WrappedKey};
use shared::id::KeyringId;
use shared::random::SystemRandom;
use testkit::{FakeClock, FakeKms, KmsMood, new_id};

struct Fixture {
    kms: Arc<FakeKms>,
    clock: Arc<FakeClock>,
    cache: KeyCache,
    wrapped: WrappedKey,
}

async fn fixture() -> Fixture {
    let (kms, clock) = (Arc::new(FakeKms::default()), Arc::new(FakeClock::default()));
    let cache =
        KeyCache::new(Arc::clone(&kms) as Arc<dyn Kms>, Arc::clone(&clock) as _, Arc::new(SystemRandom));
    let (_, wrapped) = kms.generate(Purpose::Content, KeyringId(new_id())).await.unwrap();
    Fixture { kms, clock, cache, wrapped }
}

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_key_is_unwrapped_once_and_then_served_from_memory() {
    let it = fixture().await;
    let first = it.cache.key(&it.wrapped).await.unwrap();
    for _ in 0..1_000 {
        assert_eq!(it.cache.key(&it.wrapped).await.unwrap().expose(), first.expose());
    }
    assert_eq!(it.kms.unwraps(), 1);
}

#[tokio::test]
async fn sixty_four_who_miss_together_ask_once() {
    let it = fixture().await;
    let asks = (0..64).map(|_| {
        let (cache, wrapped) = (it.cache.clone(), it.wrapped.clone());
        tokio::spawn(async move { cache.key(&wrapped).await.map(|_| ()) })
    });
    for ask in asks.collect::<Vec<_>>() {
        ask.await.unwrap().unwrap();
    }
    assert_eq!(it.kms.unwraps(), 1);
}

#[tokio::test]
async fn a_key_is_asked_for_again_after_its_life_by_either_clock() {
    for by_wall in [true, false] {
        let it = fixture().await;
        it.cache.key(&it.wrapped).await.unwrap();
        // A frozen environment stops one clock; the other must do.
        let life = 17 * MINUTE;
        if by_wall {
            it.clock.advance_wall(life);
        } else {
            it.clock.advance_monotonic(life);
        }
        assert!(it.cache.fresh(it.wrapped.purpose, it.wrapped.id).is_none());
        it.cache.key(&it.wrapped).await.unwrap();
        assert_eq!(it.kms.unwraps(), 2);
    }
}

#[tokio::test]
async fn a_key_near_its_end_is_renewed_beside_the_request() {
    let it = fixture().await;
    it.cache.key(&it.wrapped).await.unwrap();
    it.clock.advance(Duration::from_secs(13 * 60 + 20));
    for _ in 0..10 {
        assert!(it.cache.fresh(it.wrapped.purpose, it.wrapped.id).is_some());
    }
    while it.kms.unwraps() < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(it.kms.unwraps(), 2);
    it.clock.advance(10 * MINUTE);
    assert!(it.cache.fresh(it.wrapped.purpose, it.wrapped.id).is_some());
}

#[tokio::test]
async fn while_the_key_service_is_away_a_stale_key_serves_for_an_hour() {
    let it = fixture().await;
    it.cache.key(&it.wrapped).await.unwrap();
    it.kms.set_mood(KmsMood::Unavailable);
    it.clock.advance(30 * MINUTE);
    it.cache.key(&it.wrapped).await.unwrap();
    it.clock.advance(31 * MINUTE);
    let failure = it.cache.key(&it.wrapped).await.unwrap_err();
    assert!(matches!(failure.failure, KmsFailure::Unavailable(_)));
}

#[tokio::test]
async fn a_key_service_that_is_away_is_asked_twice_a_minute_and_not_by_every_request() {
    let it = fixture().await;
    it.cache.key(&it.wrapped).await.unwrap();
    it.kms.set_mood(KmsMood::Unavailable);
    it.clock.advance(20 * MINUTE);
    for _ in 0..100 {
        it.cache.key(&it.wrapped).await.unwrap();
    }
    assert_eq!(it.kms.unwraps(), 2);
    it.clock.advance(MINUTE);
    it.kms.set_mood(KmsMood::Well);
    it.cache.key(&it.wrapped).await.unwrap();
    assert_eq!(it.kms.unwraps(), 3);
}

#[tokio::test]
async fn a_refused_key_is_gone_at_once() {
    let it = fixture().await;
    it.cache.key(&it.wrapped).await.unwrap();
    it.kms.set_mood(KmsMood::Refusing);
    // At the latest after its life it is asked for again, and a refusal leaves no stale copy behind.
    it.clock.advance(17 * MINUTE);
    assert!(matches!(it.cache.key(&it.wrapped).await.unwrap_err().failure, KmsFailure::Refused(_)));
    it.kms.set_mood(KmsMood::Unavailable);
    it.cache.key(&it.wrapped).await.unwrap_err();
}

#[tokio::test]
async fn a_refused_key_is_asked_for_again_after_ten_seconds_and_not_by_every_request() {
    let it = fixture().await;
    it.kms.set_mood(KmsMood::Refusing);
    for by_wall in [true, false] {
        let asked = it.kms.unwraps();
        for _ in 0..100 {
            let failure = it.cache.key(&it.wrapped).await.unwrap_err().failure;
            assert_eq!(failure, KmsFailure::Refused("DisabledException".to_owned()));
        }
        assert_eq!(it.kms.unwraps() - asked, 1);
        // A frozen environment stops one of the clocks.
        let pause = Duration::from_secs(10);
        if by_wall {
            it.clock.advance_wall(pause);
        } else {
            it.clock.advance_monotonic(pause);
        }
    }
    // Another one is not refused with it, nor the same once it is wrapped under a key that serves.
    it.cache.key(&it.wrapped).await.unwrap_err();
    it.kms.set_mood(KmsMood::Well);
    let (_, other) = it.kms.generate(Purpose::Content, KeyringId(new_id())).await.unwrap();
    it.cache.key(&other).await.unwrap();
    it.cache.key(&it.wrapped).await.unwrap_err();
    let again = it.kms.rewrap(&it.wrapped, "another").await.unwrap();
    it.cache.key(&again).await.unwrap();
}

#[tokio::test]
async fn a_wrapped_key_opens_only_as_what_it_was_made() {
    let it = fixture().await;
    let as_another = WrappedKey { id: KeyringId(new_id()), ..it.wrapped.clone() };
    it.cache.key(&as_another).await.unwrap_err();
    let for_another = WrappedKey { purpose: Purpose::Credentials, ..it.wrapped.clone() };
    it.cache.key(&for_another).await.unwrap_err();
    // Nor when it is here already.
    it.cache.key(&it.wrapped).await.unwrap();
    it.cache.key(&for_another).await.unwrap_err();
    assert!(it.cache.fresh(Purpose::Credentials, it.wrapped.id).is_none());
}
