//! `PUT` and `DELETE /v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}`, in process.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::id::ConversationId;
use testkit::{Request, Somebody, TestApp, new_id};

use crate::talk::*;

/// Fifty-one different emoji.
fn kinds() -> Vec<String> {
    ('\u{1f600}'..='\u{1f632}').map(String::from).collect()
}

fn reaction(emoji: &str, count: i64, mine: bool) -> Value {
    json!({"emoji": emoji, "count": count, "mine": mine})
}

async fn two(app: &TestApp) -> (Somebody, Somebody, ConversationId, Value) {
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(app, &alice, conversation, "hello").await;
    (alice, bob, conversation, message)
}

#[tokio::test]
async fn each_has_one_of_a_kind_and_sees_which_are_their_own() {
    let app = TestApp::start().await;
    let (alice, bob, conversation, message) = two(&app).await;
    let first = app.call(REACT, reacting(&bob, &message, "🎈")).await.ok();
    assert_eq!(first["reactions"], json!([reaction("🎈", 1, true)]));
    assert_eq!(
        (&first["change_seq"], &first["version"], &first["text"]),
        (&json!(3), &json!(1), &json!("hello"))
    );
    let second = app.call(REACT, reacting(&bob, &message, "👍")).await.ok();
    assert_eq!(second["reactions"], json!([reaction("🎈", 1, true), reaction("👍", 1, true)]));
    let third = app.call(REACT, reacting(&alice, &message, "👍")).await.ok();
    assert_eq!(third["reactions"], json!([reaction("🎈", 1, false), reaction("👍", 2, true)]));
    assert_eq!(get(&app, &alice, &message).await.ok(), third);

    let before = traces(&app).await;
    assert_eq!(app.call(REACT, reacting(&alice, &message, "👍")).await.ok(), third, "again changes nothing");
    assert_eq!(traces(&app).await, before);

    assert_eq!(app.call(UNREACT, unreacting(&bob, &message, "👍")).await.status, 204);
    assert_eq!(app.call(UNREACT, unreacting(&bob, &message, "🎈")).await.status, 204);
    let last = get(&app, &bob, &message).await.ok();
    assert_eq!(last["reactions"], json!([reaction("👍", 1, false)]));
    let before = traces(&app).await;
    for nothing in ["🎈", "👍", "🙈"] {
        assert_eq!(app.call(UNREACT, unreacting(&bob, &message, nothing)).await.status, 204);
    }
    assert_eq!(traces(&app).await, before);
    assert_eq!(app.call(UNREACT, unreacting(&alice, &message, "👍")).await.status, 204);
    assert_eq!(get(&app, &bob, &message).await.ok()["reactions"], json!([]));
    assert_eq!(number(&app, "SELECT count(*) FROM reactions").await, 0);
    assert_eq!(number(&app, "SELECT reaction_kinds::bigint FROM messages").await, 0);
    let kinds = events(&app, conversation).await;
    assert_eq!(kinds, [&["message.created"][..], &["reaction.updated"; 6]].concat());
}

#[tokio::test]
async fn an_emoji_has_one_name_however_it_is_written() {
    let app = TestApp::start().await;
    let (alice, bob, _, message) = two(&app).await;
    // Percent-encoded, as some gateways hand it on, and without its variation selector.
    app.call(REACT, reacting(&alice, &message, "%E2%9D%A4%EF%B8%8F")).await.ok();
    let seen = app.call(REACT, reacting(&bob, &message, "\u{2764}")).await.ok();
    assert_eq!(seen["reactions"], json!([reaction("\u{2764}\u{fe0f}", 2, true)]));
    // Skin tones, flags and families are one emoji each.
    for emoji in ["👍🏽", "🇺🇳", "👩‍👩‍👧‍👦"] {
        app.call(REACT, reacting(&bob, &message, emoji)).await.ok();
    }
}

#[tokio::test]
async fn what_is_not_exactly_one_emoji_is_refused() {
    let app = TestApp::start().await;
    let (alice, _, _, message) = two(&app).await;
    let before = traces(&app).await;
    for bad in ["a", "👍👍", "👍 ", "%00", "%F0%9F", "%zz", "1", "thumbsup", "\u{fe0f}", "null"] {
        app.call(REACT, reacting(&alice, &message, bad)).await.invalid(&[("emoji", "invalid_value")]);
        app.call(UNREACT, unreacting(&alice, &message, bad)).await.invalid(&[("emoji", "invalid_value")]);
    }
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn there_are_fifty_kinds_and_no_more() {
    let app = TestApp::start().await;
    let (alice, bob, _, message) = two(&app).await;
    let kinds = kinds();
    for emoji in &kinds[..50] {
        app.call(REACT, reacting(&alice, &message, emoji)).await.ok();
    }
    let before = traces(&app).await;
    let answer = app.call(REACT, reacting(&bob, &message, &kinds[50])).await;
    answer.problem(409, "too_many_reactions");
    assert_eq!(answer.json()["max"], 50);
    assert_eq!(traces(&app).await, before);
    // One of those that are there is fine, and one that is taken back makes room.
    let seen = app.call(REACT, reacting(&bob, &message, &kinds[0])).await.ok();
    assert_eq!(seen["reactions"][0], reaction(&kinds[0], 2, true));
    app.call(UNREACT, unreacting(&alice, &message, &kinds[1])).await;
    app.call(REACT, reacting(&bob, &message, &kinds[50])).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_kinds_at_once_fifty_are_taken() {
    let app = Arc::new(TestApp::start().await);
    let (alice, bob, conversation, message) = two(&app).await;
    let kinds = kinds();
    for emoji in &kinds[..46] {
        app.call(REACT, reacting(&alice, &message, emoji)).await.ok();
    }
    let tasks: Vec<_> = kinds[46..]
        .iter()
        .flat_map(|emoji| [(emoji.clone(), alice), (emoji.clone(), bob)])
        .chain((0x1f440..0x1f448).map(|code| (char::from_u32(code).unwrap().to_string(), bob)))
        .map(|(emoji, somebody)| {
            let (app, message) = (Arc::clone(&app), message.clone());
            tokio::spawn(async move {
                reacting(&somebody, &message, &emoji).through(&app.cold_environment(), REACT).await
            })
        })
        .collect();
    let (mut taken, mut refused) = (0, 0);
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == 200 {
            taken += 1;
        } else {
            answer.problem(409, "too_many_reactions");
            refused += 1;
        }
    }
    assert!(taken >= 4 && refused >= 1, "{taken} taken, {refused} refused");
    let seen = get(&app, &alice, &message).await.ok();
    let tallies = seen["reactions"].as_array().unwrap();
    assert_eq!(tallies.len(), 50);
    let counted: i64 = tallies.iter().map(|one| one["count"].as_i64().unwrap()).sum();
    assert_eq!(
        number(&app, "SELECT count(*) FROM reactions").await,
        counted,
        "the tallies are those of the rows"
    );
    assert_eq!(counted, 46 + taken);
    assert_eq!(events(&app, conversation).await.len(), usize::try_from(1 + counted).unwrap());
}

#[tokio::test]
async fn tallies_come_with_every_page_in_one_round_trip() {
    let app = TestApp::start().await;
    let (alice, bob, conversation, message) = two(&app).await;
    app.call(REACT, reacting(&bob, &message, "👍")).await.ok();
    let page = || Request::get(MESSAGES).at("conversation_id", conversation).by(&alice);
    app.call(LIST, page()).await.ok();
    let round_trips = app.proxy.round_trips();
    assert_eq!(app.call(LIST, page()).await.ok()["items"][0]["reactions"], json!([reaction("👍", 1, false)]));
    assert_eq!(app.proxy.round_trips() - round_trips, 1);

    let round_trips = app.proxy.round_trips();
    app.call(REACT, reacting(&alice, &message, "👍")).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    app.call(UNREACT, unreacting(&alice, &message, "👍")).await;
    let round_trips = app.proxy.round_trips();
    app.call(UNREACT, unreacting(&bob, &message, "👍")).await;
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn nobody_reacts_to_what_is_gone_or_not_theirs_to_see() {
    let app = TestApp::start().await;
    let (alice, bob, conversation, message) = two(&app).await;
    let eve = app.somebody("eve").await;
    let gone = sent(&app, &alice, conversation, "gone").await;
    delete_for_all(&app, &alice, &gone).await;
    let elsewhere = json!({"conversation_id": app.group(&[&bob]).await, "id": message["id"]});
    let random = json!({"conversation_id": conversation, "id": new_id()});
    let before = traces(&app).await;
    app.call(REACT, reacting(&bob, &gone, "👍")).await.problem(409, "message_deleted");
    assert_eq!(app.call(UNREACT, unreacting(&bob, &gone, "👍")).await.status, 204);
    let nothing = app.call(REACT, reacting(&eve, &random, "👍")).await;
    nothing.problem(404, "not_found");
    assert_eq!(app.call(REACT, reacting(&eve, &message, "👍")).await.masked(), nothing.masked());
    app.call(REACT, reacting(&bob, &elsewhere, "👍")).await.problem(404, "not_found");
    app.call(UNREACT, unreacting(&eve, &message, "👍")).await.problem(404, "not_found");
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    app.call(REACT, reacting(&bob, &message, "👍")).await.problem(401, "unauthenticated");
    app.call(UNREACT, unreacting(&bob, &message, "👍")).await.problem(401, "unauthenticated");
    assert_eq!(traces(&app).await, before);
}
