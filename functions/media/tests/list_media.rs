//! `GET /v1/conversations/{conversation_id}/media`, in process.

use serde_json::{Value, json};
use shared::id::{ConversationId, MediaId};
use testkit::{Answer, Request, Somebody, new_id};

use crate::talk::{GALLERY, LIST, World};

async fn lists(world: &World, who: &Somebody, conversation: ConversationId, query: &str) -> Answer {
    let request = Request::get(GALLERY).at("conversation_id", conversation).by(who).with_query(query);
    world.app.call(LIST, request).await
}

/// What a page shows: seq and file of each item.
fn shown(page: &Value) -> Vec<(i64, MediaId)> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| (item["seq"].as_i64().unwrap(), crate::talk::id(&item["media"]))).collect()
}

#[tokio::test]
async fn files_come_newest_first_in_pages_that_miss_nothing() {
    let world = World::start().await;
    let app = &world.app;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let group = app.group(&[&alice, &bob]).await;
    let (one, two, three) =
        (world.picture(&alice).await, world.picture(&alice).await, world.picture(&alice).await);
    let file = world.file(&alice).await;
    let mut expected = Vec::new();
    for (kind, files) in [
        ("image", vec![one, two, three]),
        ("file", vec![file]),
        ("image", vec![three, one]),
        ("file", vec![file]),
        ("image", vec![two]),
    ] {
        let seq = world.sent(&alice, group, kind, &files).await;
        expected.splice(0..0, files.into_iter().map(|file| (seq, file)));
    }
    lists(&world, &bob, group, "").await.ok();
    let round_trips = app.proxy.round_trips();
    let all = lists(&world, &bob, group, "").await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    assert_eq!(shown(&all), expected);
    assert!(all.get("next_cursor").is_none());
    assert_eq!(all["items"][0]["sender_id"], json!(alice.id));
    assert_eq!(all["items"][0]["media"], world.gets(&bob, two).await.ok());

    for limit in 1..=8 {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = lists(&world, &bob, group, &format!("limit={limit}{cursor}")).await.ok();
            assert!(shown(&page).len() <= limit);
            seen.extend(shown(&page));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, expected, "limit {limit}");
    }
    let files = lists(&world, &bob, group, "kind=file").await.ok();
    assert_eq!(shown(&files), [(4, file), (2, file)]);
    assert_eq!(shown(&lists(&world, &bob, group, "kind=video").await.ok()), []);
}

#[tokio::test]
async fn only_what_its_viewer_may_read_is_shown() {
    let world = World::start().await;
    let app = &world.app;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (carol, mallory) = (app.somebody("carol").await, app.somebody("mallory").await);
    let group = app.group(&[&alice, &bob, &carol]).await;
    let elsewhere = app.group(&[&alice]).await;
    let picture = world.picture(&alice).await;
    for conversation in [group, group, group, group, elsewhere] {
        world.sent(&alice, conversation, "image", &[picture]).await;
    }
    let seqs = async |who: &Somebody| -> Vec<i64> {
        shown(&lists(&world, who, group, "").await.ok()).into_iter().map(|(seq, _)| seq).collect()
    };
    assert_eq!(seqs(&bob).await, [4, 3, 2, 1]);
    world.behind(format!("UPDATE members SET joined_seq = 2 WHERE user_id = '{}'", carol.id)).await;
    assert_eq!(seqs(&carol).await, [4, 3]);
    world
        .behind(format!(
            "INSERT INTO hidden_messages (conversation_id, seq, user_id) VALUES ('{group}', 2, '{}')",
            bob.id
        ))
        .await;
    assert_eq!(seqs(&bob).await, [4, 3, 1]);
    let change = |what: &str, seq: i64| {
        format!("UPDATE messages SET {what} WHERE conversation_id = '{group}' AND seq = {seq}")
    };
    world.behind(change("deleted_at = now(), sealed = NULL", 1)).await;
    world.behind(change("expires_at = now()", 3)).await;
    assert_eq!(seqs(&bob).await, [4]);
    assert_eq!(seqs(&alice).await, [4, 2]);

    let random = lists(&world, &mallory, new_id().into(), "").await;
    random.problem(404, "not_found");
    assert_eq!(lists(&world, &mallory, group, "").await.masked(), random.masked());
    world.behind(format!("UPDATE members SET left_at = now() WHERE user_id = '{}'", carol.id)).await;
    assert_eq!(lists(&world, &carol, group, "").await.masked(), random.masked());
}

#[tokio::test]
async fn what_is_asked_wrongly_is_refused() {
    let world = World::start().await;
    let app = &world.app;
    let alice = app.somebody("alice").await;
    let group = app.group(&[&alice]).await;
    for (query, expected) in [
        ("limit=0", ("limit", "invalid_value")),
        ("limit=101", ("limit", "too_large")),
        ("kind=text", ("kind", "invalid_value")),
        ("kind=", ("kind", "invalid_value")),
        ("cursor=x", ("cursor", "invalid_value")),
        ("cursor=", ("cursor", "invalid_value")),
    ] {
        lists(&world, &alice, group, query).await.invalid(&[expected]);
    }
    let request = Request::get(GALLERY).at("conversation_id", "x").by(&alice);
    app.call(LIST, request).await.invalid(&[("conversation_id", "invalid_format")]);
    app.call(LIST, Request::get(GALLERY).at("conversation_id", group)).await.problem(401, "unauthenticated");
    world.behind("UPDATE sessions SET revoked_at = now()").await;
    lists(&world, &alice, group, "").await.problem(401, "unauthenticated");
}

/// Rare files among many messages are found without walking over all of them.
#[tokio::test]
async fn a_rare_kind_is_found_by_its_index() {
    let world = World::start().await;
    let app = &world.app;
    let alice = app.somebody("alice").await;
    let group = app.group(&[&alice]).await;
    let file = world.file(&alice).await;
    world.sent(&alice, group, "file", &[file]).await;
    world
        .behind(format!(
            "INSERT INTO messages (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed,
                                   request_fingerprint, created_at)
             SELECT '{group}', seq, gen_random_uuid(), seq, '{}', gen_random_uuid(), 'text', 1, '', '', now()
             FROM generate_series(2, 5000) AS seq",
            alice.id
        ))
        .await;
    world.behind("ANALYZE messages").await;
    assert_eq!(shown(&lists(&world, &alice, group, "").await.ok()), [(1, file)]);
    let plan: Vec<String> = sqlx::query_scalar(
        "EXPLAIN SELECT seq FROM messages
         WHERE conversation_id = $1 AND type = 'file' AND type IN ('image', 'video', 'audio', 'file') AND deleted_at IS NULL
         ORDER BY seq DESC LIMIT 51",
    )
    .bind(group.0)
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    assert!(plan.iter().any(|line| line.contains("messages_with_media_idx")), "{plan:?}");
}
