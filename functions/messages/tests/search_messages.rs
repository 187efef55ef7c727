//! `GET /v1/conversations/{conversation_id}/search`, in process.

use serde_json::{Value, json};
use shared::id::ConversationId;
use shared::rate::{Limited, Rate};
use sqlx::Row as _;
use std::time::Duration;
use testkit::{Request, Somebody, TestApp, new_id};

use crate::talk::*;

mod index;
mod plan;

fn searching(somebody: &Somebody, conversation: impl ToString, words: &str, more: &str) -> Request {
    let words: Vec<String> = words.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let words = words.concat();
    let query = format!("q={words}{more}");
    Request::get(SEARCHING).at("conversation_id", conversation).by(somebody).with_query(&query)
}

async fn page(
    app: &TestApp,
    somebody: &Somebody,
    conversation: ConversationId,
    words: &str,
    more: &str,
) -> Value {
    app.call(SEARCH, searching(somebody, conversation, words, more)).await.ok()
}

fn seqs(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|message| message["seq"].as_i64().unwrap()).collect()
}

/// The places of the messages that are found.
async fn found(app: &TestApp, somebody: &Somebody, conversation: ConversationId, words: &str) -> Vec<i64> {
    let page = page(app, somebody, conversation, words, "").await;
    assert_eq!(page.get("next_before_seq"), None, "{page}");
    seqs(&page)
}

#[tokio::test]
async fn every_word_must_be_there_and_the_newest_comes_first() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (conversation, other) = (app.group(&[&alice, &bob]).await, app.group(&[&alice]).await);
    for words in ["A cup of Tea", "tea time", "Green TEA, and a cup", "coffee"] {
        sent(&app, &alice, conversation, words).await;
    }
    sent(&app, &alice, other, "tea elsewhere").await;
    for (words, expected) in [
        ("tea", vec![3, 2, 1]),
        ("TEA cup", vec![3, 1]),
        ("cup of tea", vec![1]),
        ("cof", vec![4]),
        ("of", vec![1]),
        ("green tea time", vec![]),
        ("ea", vec![]),
    ] {
        assert_eq!(found(&app, &bob, conversation, words).await, expected, "{words:?}");
    }
    let found = page(&app, &bob, conversation, "time", "").await;
    assert_eq!(found["items"][0]["text"], "tea time");
}

#[tokio::test]
async fn captions_and_places_are_found_and_system_messages_are_not() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let picture = upload(&app, &alice, "image", "ready").await;
    let caption = body("image", &json!({"media_ids": [picture], "text": "The view from above"}));
    send(&app, &alice, conversation, &caption).await.created();
    let place =
        json!({"latitude": 52.5, "longitude": 13.4, "name": "Pariser Platz", "address": "Berlin-Mitte"});
    send(&app, &alice, conversation, &body("location", &json!({"location": place}))).await.created();
    for (words, expected) in
        [("view above", vec![1]), ("platz berlin", vec![2]), ("jpg", vec![]), ("system", vec![])]
    {
        assert_eq!(found(&app, &alice, conversation, words).await, expected, "{words:?}");
    }
}

#[tokio::test]
async fn words_longer_than_their_tokens_are_compared_to_the_end() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    sent(&app, &alice, conversation, "internationalization").await;
    sent(&app, &alice, conversation, "internationalism").await;
    assert_eq!(found(&app, &alice, conversation, "international").await, [2, 1]);
    assert_eq!(found(&app, &alice, conversation, "internationalism").await, [2]);
    assert_eq!(found(&app, &alice, conversation, "internationality").await, Vec::<i64>::new());
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repeat() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    for number in 1..=30 {
        if number % 10 == 0 {
            rekey(&app, conversation, number / 10 + 1).await;
        }
        sent(&app, &alice, conversation, if number % 3 == 0 { "odd tea" } else { "tea" }).await;
    }
    for (words, limit, expected) in [
        ("tea", 7, (1..=30).rev().collect::<Vec<i64>>()),
        ("tea odd", 3, (1..=10).rev().map(|number| number * 3).collect()),
        ("tea", 30, (1..=30).rev().collect()),
        ("tea", 100, (1..=30).rev().collect()),
    ] {
        let (mut all, mut before) = (Vec::new(), String::new());
        loop {
            let page = page(&app, &alice, conversation, words, &format!("&limit={limit}{before}")).await;
            assert!(seqs(&page).len() <= limit);
            all.extend(seqs(&page));
            let Some(next) = page.get("next_before_seq") else { break };
            before = format!("&before_seq={next}");
        }
        assert_eq!(all, expected, "{words:?} by {limit}");
    }
}

#[tokio::test]
async fn a_search_is_one_round_trip_once_the_epochs_are_known() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    sent(&app, &alice, conversation, "tea").await;
    rekey(&app, conversation, 2).await;
    sent(&app, &alice, conversation, "tea").await;
    found(&app, &alice, conversation, "tea").await;

    let (round_trips, unwraps) = (app.proxy.round_trips(), app.kms.unwraps());
    assert_eq!(found(&app, &alice, conversation, "tea").await, [2, 1]);
    assert_eq!((app.proxy.round_trips() - round_trips, app.kms.unwraps() - unwraps), (1, 0));

    // An epoch that began since costs one more, once.
    rekey(&app, conversation, 3).await;
    sent(&app, &alice, conversation, "tea").await;
    for expected in [2, 1] {
        let round_trips = app.proxy.round_trips();
        assert_eq!(found(&app, &alice, conversation, "tea").await, [3, 2, 1]);
        assert_eq!(app.proxy.round_trips() - round_trips, expected);
    }
}

#[tokio::test]
async fn a_key_that_was_sealed_anew_is_learnt_again() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    sent(&app, &alice, conversation, "tea").await;
    found(&app, &alice, conversation, "tea").await;
    // What this process remembers is of no use any more.
    let mut keys = app.app.search_hints.get(conversation).to_vec();
    keys[0].sealed[60] ^= 1;
    app.app.search_hints.set(conversation, keys.into());
    assert_eq!(found(&app, &alice, conversation, "tea").await, [1]);

    // A key that opens nowhere spoils what is under it, is recorded and breaks nothing.
    rekey(&app, conversation, 2).await;
    sent(&app, &alice, conversation, "tea").await;
    behind(&app, "UPDATE conversation_keys SET sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1) WHERE epoch = 1").await;
    app.app.search_hints.set(conversation, [].into());
    assert_eq!(found(&app, &alice, conversation, "tea").await, [2]);
    let events = "SELECT count(*) FROM audit_events WHERE event = 'crypt_decrypt_fail' AND subject_type = 'conversation'";
    assert_eq!(number(&app, events).await, 1);
}

#[tokio::test]
async fn nobody_finds_what_they_may_not_read() {
    let app = TestApp::start().await;
    let (alice, bob, eve) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let mut messages = Vec::new();
    for number in 1..=5 {
        messages.push(sent(&app, &alice, conversation, &format!("tea {number}")).await);
    }
    // Not to bob: before he joined, hidden by himself, deleted, expired.
    behind(&app, format!("UPDATE members SET joined_seq = 1 WHERE user_id = '{}'", bob.id)).await;
    app.call(DELETE, deleting(&bob, &messages[1], "me")).await;
    delete_for_all(&app, &alice, &messages[2]).await;
    behind(&app, "UPDATE messages SET expires_at = now() - interval '1 second' WHERE seq = 4").await;
    assert_eq!(found(&app, &bob, conversation, "tea").await, [5]);
    assert_eq!(found(&app, &alice, conversation, "tea").await, [5, 2, 1]);

    let foreign = app.call(SEARCH, searching(&eve, conversation, "tea", "")).await;
    let random = app.call(SEARCH, searching(&eve, new_id(), "tea", "")).await;
    foreign.problem(404, "not_found");
    assert_eq!(foreign.masked(), random.masked());
    behind(&app, format!("UPDATE members SET left_at = now() WHERE user_id = '{}'", bob.id)).await;
    app.call(SEARCH, searching(&bob, conversation, "tea", "")).await.problem(404, "not_found");
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    app.call(SEARCH, searching(&alice, conversation, "tea", "")).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn what_cannot_be_searched_for_is_refused() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let long = "x".repeat(201);
    let many: Vec<String> = (0..17).map(|number| format!("w{number}")).collect();
    let many = many.join(" ");
    for (words, more, field, code) in [
        ("", "", "q", "no_words"),
        ("?!", "", "q", "no_words"),
        ("\0", "", "q", "no_words"),
        ("he*", "", "q", "prefix_too_short"),
        (&long, "", "q", "too_long"),
        (&many, "", "q", "too_many_words"),
        ("tea", "&limit=0", "limit", "invalid_value"),
        ("tea", "&limit=101", "limit", "too_large"),
        ("tea", "&before_seq=-1", "before_seq", "invalid_value"),
        ("tea", "&before_seq=x", "before_seq", "wrong_type"),
    ] {
        let answer = app.call(SEARCH, searching(&alice, conversation, words, more)).await;
        answer.invalid(&[(field, code)]);
    }
    let without = Request::get(SEARCHING).at("conversation_id", conversation).by(&alice);
    app.call(SEARCH, without).await.invalid(&[("q", "required")]);
}

#[tokio::test]
async fn searches_are_limited() {
    let mut app = TestApp::start().await;
    app.app.rate_limits.set(Limited::Search, Rate { burst: 2, period: Duration::from_mins(1) });
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice]).await;
    sent(&app, &alice, conversation, "tea").await;
    for _ in 0..2 {
        assert_eq!(found(&app, &alice, conversation, "tea").await, [1]);
    }
    app.call(SEARCH, searching(&alice, conversation, "tea", "")).await.problem(429, "rate_limited");
    // Who is no member learns nothing from limits either.
    for _ in 0..3 {
        app.call(SEARCH, searching(&eve, conversation, "tea", "")).await.problem(404, "not_found");
    }
}
