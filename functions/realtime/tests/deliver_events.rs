//! What those who are there are told.

use messages::{add_reaction, delete_message, edit_message, list_changes};
use realtime::work::{Changed, Events, Whom, Work};
use serde_json::{Value, json};
use shared::id::ConversationId;
use shared::serve::HttpHandler;
use testkit::{Request, Somebody, new_id};

use crate::talk::*;

const MESSAGE: &str = "/v1/conversations/{conversation_id}/messages/{message_id}";
const CHANGES: &str = "/v1/conversations/{conversation_id}/changes";
const EDIT: HttpHandler = |app, call| Box::pin(edit_message::handle(app, call));
const DELETE: HttpHandler = |app, call| Box::pin(delete_message::handle(app, call));
const REACT: HttpHandler = |app, call| Box::pin(add_reaction::handle(app, call));
const LIST_CHANGES: HttpHandler = |app, call| Box::pin(list_changes::handle(app, call));

fn about(request: Request, somebody: &Somebody, message: &Value) -> Request {
    let word = |name: &str| message[name].as_str().unwrap().to_owned();
    request.at("conversation_id", word("conversation_id")).at("message_id", word("id")).by(somebody)
}

/// The change feed, as events.
async fn feed(world: &World, somebody: &Somebody, conversation: ConversationId) -> Vec<Value> {
    let request =
        Request::get(CHANGES).at("conversation_id", conversation).by(somebody).with_query("after=1");
    let page = world.app.call(LIST_CHANGES, request).await.ok();
    let mut changes = page["changes"].as_array().unwrap().clone();
    for change in &mut changes {
        change["conversation_id"] = json!(conversation);
    }
    changes
}

#[tokio::test]
async fn each_is_told_what_the_change_feed_shows_them() {
    let world = World::start().await;
    let (alice, bob, eve) =
        (world.app.somebody("alice").await, world.app.somebody("bob").await, world.app.somebody("eve").await);
    let (hers, his, elses) =
        (world.connects(&alice).await, world.connects(&bob).await, world.connects(&eve).await);
    let also_his = world.connects(&bob).await;
    let chat = world.app.group(&[&alice, &bob]).await;
    let message = world.sent(&alice, chat, "Hello").await;
    let edit = json!({"text": "Hello, Bob", "version": 1});
    world.app.call(EDIT, about(Request::patch(MESSAGE, &edit), &alice, &message)).await.ok();
    let reaction = about(Request::put(MESSAGE_REACTION, &json!({})), &bob, &message).at("emoji", "👍");
    world.app.call(REACT, reaction).await.ok();
    let gone = world.sent(&bob, chat, "to be deleted").await;
    let deleting = about(Request::delete(MESSAGE), &bob, &gone).with_query("scope=all");
    assert_eq!(world.app.call(DELETE, deleting).await.status, 204);

    world.tells_everything().await;
    let frames = world.gateway.frames(&his);
    assert_eq!(frames.len(), 1, "many events of one connection are one frame");
    let told = frames[0]["events"].as_array().unwrap().clone();
    assert_eq!(told, feed(&world, &bob, chat).await);
    assert_eq!(
        kinds(&told),
        ["message.created", "message.updated", "reaction.updated", "message.created", "message.deleted"]
    );
    assert_eq!(world.gateway.events(&also_his), told);
    let hers = world.gateway.events(&hers);
    assert_eq!(hers, feed(&world, &alice, chat).await);
    assert_ne!(hers, told, "a reaction is one's own or not");
    assert!(world.gateway.events(&elses).is_empty());
    assert!(world.waiting().await.is_empty(), "what was told is published");
}

const MESSAGE_REACTION: &str = "/v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}";

#[tokio::test]
async fn who_may_hear_is_decided_when_it_is_told() {
    let world = World::start().await;
    let names = ["alice", "removed", "revoked", "suspended", "late", "hiding", "stays"];
    let mut all = Vec::new();
    for name in names {
        all.push(world.app.somebody(name).await);
    }
    let mut sockets = Vec::new();
    for one in &all {
        sockets.push(world.connects(one).await);
    }
    let chat = world.app.group(&all.iter().collect::<Vec<_>>()).await;
    let message = world.sent(&all[0], chat, "Who hears of this?").await;
    world.behind(format!("UPDATE members SET left_at = now() WHERE user_id = '{}'", all[1].id)).await;
    world.behind(format!("UPDATE sessions SET revoked_at = now() WHERE id = '{}'", all[2].session)).await;
    world.behind(format!("UPDATE users SET suspended_at = now() WHERE id = '{}'", all[3].id)).await;
    world.behind(format!("UPDATE members SET joined_seq = 1 WHERE user_id = '{}'", all[4].id)).await;
    world
        .behind(format!(
            "INSERT INTO hidden_messages (conversation_id, seq, user_id) VALUES ('{chat}', 1, '{}')",
            all[5].id
        ))
        .await;
    world.tells_everything().await;
    for (name, socket) in names.iter().zip(&sockets) {
        let told = world.gateway.events(socket);
        let expected: &[&str] = if ["alice", "stays"].contains(name) { &["message.created"] } else { &[] };
        assert_eq!(kinds(&told), expected, "{name}");
        if let Some(event) = told.first() {
            assert_eq!(event["data"]["id"], message["id"]);
        }
    }
}

#[tokio::test]
async fn an_expired_access_token_does_not_end_listening() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let socket = world.connects(&alice).await;
    let notes = world.app.group(&[&alice]).await;
    world.sent(&alice, notes, "one").await;
    world.behind("UPDATE sessions SET access_expires_at = now()").await;
    world.tells_everything().await;
    assert_eq!(kinds(&world.gateway.events(&socket)), ["message.created"]);
}

#[tokio::test]
async fn where_one_has_blocked_the_other_nothing_passes() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let (hers, his) = (world.connects(&alice).await, world.connects(&bob).await);
    let chat = world.app.group(&[&alice, &bob]).await;
    world
        .behind(format!(
            "UPDATE conversations SET type = 'direct', title_sealed = NULL, title_epoch = NULL,
             direct_low = least('{0}'::uuid, '{1}'::uuid), direct_high = greatest('{0}'::uuid, '{1}'::uuid)",
            alice.id, bob.id
        ))
        .await;
    world.sent(&alice, chat, "on its way").await;
    world
        .behind(format!("INSERT INTO blocks (user_id, blocked_id) VALUES ('{}', '{}')", bob.id, alice.id))
        .await;
    world
        .behind(format!(
            "INSERT INTO outbox (id, type, conversation_id, user_id) VALUES (gen_random_uuid(), 'receipt.updated', '{chat}', '{}')",
            bob.id
        ))
        .await;
    world.tells_everything().await;
    assert_eq!(kinds(&world.gateway.events(&hers)), ["message.created"], "her own devices");
    assert_eq!(kinds(&world.gateway.events(&his)), ["receipt.updated"], "his own");
}

#[tokio::test]
async fn receipts_show_what_the_reader_lets_them() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let (hers, his) = (world.connects(&alice).await, world.connects(&bob).await);
    let chat = world.app.group(&[&alice, &bob]).await;
    world.sent(&alice, chat, "one").await;
    world
        .behind(format!("UPDATE members SET delivered_seq = 1, read_seq = 1 WHERE user_id = '{}'", bob.id))
        .await;
    world.behind("UPDATE users SET send_read_receipts = false WHERE username = 'bob'").await;
    world.behind("UPDATE outbox SET published_at = now()").await;
    world
        .behind(format!(
            "INSERT INTO outbox (id, type, conversation_id, user_id) VALUES (gen_random_uuid(), 'receipt.updated', '{chat}', '{}')",
            bob.id
        ))
        .await;
    world.tells_everything().await;
    let told = world.gateway.events(&hers);
    assert_eq!((&told[0]["data"]["delivered_seq"], &told[0]["data"]["read_seq"]), (&json!(1), &Value::Null));
    assert_eq!(world.gateway.events(&his)[0]["data"]["read_seq"], 1);
}

#[tokio::test]
async fn who_is_removed_hears_of_that_and_of_nothing_after() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let his = world.connects(&bob).await;
    let chat = world.app.group(&[&alice, &bob]).await;
    world.behind(format!("UPDATE members SET left_at = now() WHERE user_id = '{}'", bob.id)).await;
    world
        .behind(format!(
            "INSERT INTO outbox (id, type, conversation_id, change_seq, user_id)
             VALUES (gen_random_uuid(), 'member.removed', '{chat}', 2, '{}')",
            bob.id
        ))
        .await;
    world.behind("UPDATE conversations SET change_seq = 2").await;
    world.sent(&alice, chat, "Is he gone?").await;
    world.tells_everything().await;
    assert_eq!(kinds(&world.gateway.events(&his)), ["member.removed"]);
}

#[tokio::test]
async fn connections_that_are_gone_are_forgotten_unless_they_are_new() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (old, new) = (world.connects(&alice).await, world.connects(&alice).await);
    for socket in [&old, &new] {
        world.gateway.set_mood(socket, Mood::Gone);
    }
    world
        .behind(format!(
            "UPDATE connections SET connected_at = now() - interval '1 minute' WHERE connection_id = '{old}'"
        ))
        .await;
    let notes = world.app.group(&[&alice]).await;
    world.sent(&alice, notes, "one").await;
    world.tells_everything().await;
    assert_eq!(
        world.number(&format!("SELECT count(*) FROM connections WHERE connection_id = '{old}'")).await,
        0
    );
    assert_eq!(
        world.number(&format!("SELECT count(*) FROM connections WHERE connection_id = '{new}'")).await,
        1
    );
}

#[tokio::test]
async fn a_busy_gateway_is_asked_again_and_in_the_end_by_another_task() {
    let world = World::start().await;
    let (alice, bob, carol) = (
        world.app.somebody("alice").await,
        world.app.somebody("bob").await,
        world.app.somebody("carol").await,
    );
    let (hers, his, refusing) =
        (world.connects(&alice).await, world.connects(&bob).await, world.connects(&carol).await);
    world.gateway.set_mood(&hers, Mood::Busy(3));
    world.gateway.set_mood(&his, Mood::Busy(5));
    world.gateway.set_mood(&refusing, Mood::Refusing);
    let chat = world.app.group(&[&alice, &bob, &carol]).await;
    world.sent(&alice, chat, "one").await;
    let event_ids = world.waiting().await;
    world.delivers(&[Work::Events(Events { event_ids: event_ids.clone(), whom: Whom::default() })]).await;
    assert_eq!(world.gateway.events(&hers).len(), 1, "at the fourth attempt");
    assert!(world.gateway.events(&his).is_empty());
    let left = world.events.take();
    assert_eq!(left.len(), 1);
    let (body, delay) = &left[0];
    let body: Value = serde_json::from_str(body).unwrap();
    let mut only = vec![json!(his), json!(refusing)];
    only.sort_by_key(Value::to_string);
    let mut named = body["whom"]["only"].as_array().unwrap().clone();
    named.sort_by_key(Value::to_string);
    assert_eq!((named, &body["event_ids"]), (only, &json!(event_ids)));
    assert!(delay.as_secs() >= 1);
    assert!(world.waiting().await.is_empty());

    world.delivers(&[serde_json::from_value(body).unwrap()]).await;
    assert_eq!(world.gateway.events(&his).len(), 1);
    assert!(world.gateway.events(&hers).is_empty(), "nobody is told twice");
    let tasks = world.tells_everything().await;
    assert!(tasks <= 5, "whoever is never told is given up after {tasks} tasks");
    assert_eq!(world.number("SELECT count(*) FROM connections").await, 3);
}

#[tokio::test]
async fn what_is_too_long_for_a_frame_is_told_as_a_change() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let socket = world.connects(&alice).await;
    let notes = world.app.group(&[&alice]).await;
    world.sent(&alice, notes, &"🐋".repeat(10_000)).await;
    world.sent(&alice, notes, &"x".repeat(10_000)).await;
    world.tells_everything().await;
    let told = world.gateway.events(&socket);
    assert_eq!(kinds(&told), ["conversation.changed", "message.created"]);
    assert_eq!(told[0]["change_seq"], 2);
}

#[tokio::test]
async fn events_that_come_again_change_nothing_and_unknown_ones_are_no_fault() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let socket = world.connects(&alice).await;
    let notes = world.app.group(&[&alice]).await;
    world.sent(&alice, notes, "one").await;
    let mut event_ids = world.waiting().await;
    event_ids.push(new_id());
    let work = Work::Events(Events { event_ids, whom: Whom::default() });
    world.delivers(&[work.clone(), work.clone()]).await;
    assert_eq!(world.gateway.frames(&socket).len(), 1, "the same twice in a batch is told once");
    world.delivers(&[work]).await;
    assert!(world.gateway.events(&socket).is_empty(), "what was told is not told again");
    world.delivers(&[Work::Changed(Changed { changed_id: new_id(), whom: Whom::default() })]).await;
}

#[tokio::test]
async fn sockets_of_a_session_that_ended_are_told_so_and_closed() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let (one, two, his) =
        (world.connects(&alice).await, world.connects(&alice).await, world.connects(&bob).await);
    world
        .behind(format!(
            "INSERT INTO outbox (id, type, user_id) VALUES (gen_random_uuid(), 'session.revoked', '{}')",
            alice.id
        ))
        .await;
    world.tells_everything().await;
    assert!(world.gateway.closed().is_empty(), "her session lives");
    world.behind(format!("DELETE FROM sessions WHERE user_id = '{}'", alice.id)).await;
    world.behind("UPDATE outbox SET published_at = NULL").await;
    world.tells_everything().await;
    let mut closed = world.gateway.closed();
    closed.sort();
    let mut both = [one.clone(), two.clone()];
    both.sort();
    assert_eq!(closed, both);
    for socket in [&one, &two] {
        assert_eq!(kinds(&world.gateway.events(socket)), ["session.revoked"]);
    }
    assert!(world.gateway.events(&his).is_empty());
    assert_eq!(world.number("SELECT count(*) FROM connections").await, 1);
}
