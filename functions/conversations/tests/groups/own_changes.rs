//! What members do for themselves alone: told to their own devices once, and to nobody else.

use messages::delete_message;
use serde_json::{Value, json};
use testkit::{Request, Somebody, TestApp};

use crate::flags::{A_MUTE, A_PIN, AN_ARCHIVE, ARCHIVE, MUTE, PIN, UNARCHIVE, UNMUTE, UNPIN, deletes, puts};
use crate::sync::{Follower, following, says};
use crate::words::{Act, Group, group};

/// The types of the events that are somebody's alone, in their order.
async fn own_events(app: &TestApp, somebody: &Somebody) -> Vec<String> {
    let sql =
        "SELECT type FROM outbox WHERE user_id = $1 AND conversation_id IS NULL ORDER BY created_at, id";
    sqlx::query_scalar(sql).bind(somebody.id.0).fetch_all(&mut app.connect().await).await.unwrap()
}

/// The flags as the list shows them.
async fn flags(app: &TestApp, by: &Somebody, chat: Group) -> Value {
    let shown = chat.in_list_of(app, by).await;
    json!({
        "conversation_id": chat.0, "archived": shown["archived"], "muted_until": shown["muted_until"],
        "pinned": shown["pinned"],
    })
}

fn hides(by: &Somebody, message: &Value) -> Act {
    let word = |name: &str| message[name].as_str().unwrap().to_owned();
    let request = Request::delete("/v1/conversations/{conversation_id}/messages/{message_id}").by(by);
    let request = request.at("conversation_id", word("conversation_id")).at("message_id", word("id"));
    Act::of(|app, call| Box::pin(delete_message::handle(app, call)), request.with_query("scope=me"))
}

/// The last of them that is of this type.
fn last<'a>(follower: &'a Follower, kind: &str) -> &'a Value {
    follower.seen.iter().rfind(|change| change["type"] == json!(kind)).unwrap()
}

#[tokio::test]
async fn each_flag_is_told_once_and_what_changes_nothing_is_not() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    let (mut alices, mut bobs) = (following(&app, &alice, 3).await, following(&app, &bob, 3).await);
    for round in 0..6 {
        let acts = async || match round {
            0 => puts(&app, &alice, chat, ARCHIVE, AN_ARCHIVE).await,
            1 => puts(&app, &alice, chat, MUTE, A_MUTE).await,
            2 => puts(&app, &alice, chat, PIN, A_PIN).await,
            3 => deletes(&app, &alice, chat, UNARCHIVE, AN_ARCHIVE).await,
            4 => deletes(&app, &alice, chat, UNMUTE, A_MUTE).await,
            _ => deletes(&app, &alice, chat, UNPIN, A_PIN).await,
        };
        for _ in 0..2 {
            assert!(acts().await.status < 300);
            assert_eq!(own_events(&app, &alice).await, vec!["conversation.flags_updated"; round + 1]);
        }
        let now = flags(&app, &alice, chat).await;
        alices.until(&app.app, |change| change["data"] == now).await;
        let told = alices.seen.last().unwrap();
        assert_eq!((&told["conversation_id"], &told["change_seq"]), (&json!(chat.0), &Value::Null));
    }
    assert_eq!(alices.types(), ["conversation.flags_updated"; 6]);
    chat.sends(&alice, "end").on(&app).await.created();
    bobs.until(&app.app, says("end")).await;
    assert_eq!(bobs.types(), ["message.created"]);
}

#[tokio::test]
async fn what_is_marked_unread_is_told_with_what_is_unread_now() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    for text in ["one", "two", "three"] {
        chat.sends(&alice, text).on(&app).await.created();
    }
    let meant = json!({"text": "four", "mentions": [bob.id]});
    chat.sends_with(&alice, &meant).on(&app).await.created();
    let (mut alices, mut bobs) = (following(&app, &alice, 50).await, following(&app, &bob, 50).await);
    let unread = |unread: i64, mentions: i64| {
        let bob = bob.id;
        move |change: &Value| {
            let data = json!({
                "conversation_id": chat.0, "user_id": bob, "delivered_seq": 4, "read_seq": 4, "unread_count": unread,
                "mention_count": mentions,
            });
            change["type"] == "receipt.updated" && change["data"] == data
        }
    };
    chat.reads(&bob, 4).on(&app).await.ok();
    bobs.until(&app.app, unread(0, 0)).await;
    for _ in 0..2 {
        chat.marks_unread(&bob, &json!({"seq": 2})).on(&app).await.ok();
    }
    bobs.until(&app.app, unread(3, 1)).await;
    // Only the mark moves, and then it goes: nobody else sees a difference.
    chat.reads(&bob, 3).on(&app).await.ok();
    bobs.until(&app.app, unread(1, 1)).await;
    for _ in 0..2 {
        chat.reads(&bob, 4).on(&app).await.ok();
    }
    assert_eq!(own_events(&app, &bob).await, ["receipt.updated"; 3]);
    chat.sends(&alice, "end").on(&app).await.created();
    bobs.until(&app.app, says("end")).await;
    assert_eq!(bobs.types()[1..4], ["receipt.updated"; 3]);
    alices.until(&app.app, says("end")).await;
    assert_eq!(alices.types(), ["receipt.updated", "message.created"]);
    let others = json!({"conversation_id": chat.0, "user_id": bob.id, "delivered_seq": 4, "read_seq": 4});
    assert_eq!(alices.seen[0]["data"], others, "what is unread is one's own affair");
}

#[tokio::test]
async fn what_is_deleted_from_ones_own_view_is_told_by_its_id() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    let message = chat.sends(&alice, "not for him").on(&app).await.created();
    let (mut alices, mut bobs) = (following(&app, &alice, 50).await, following(&app, &bob, 50).await);
    for _ in 0..2 {
        assert_eq!(hides(&bob, &message).on(&app).await.status, 204);
    }
    chat.sends(&alice, "end").on(&app).await.created();
    bobs.until(&app.app, says("end")).await;
    assert_eq!(bobs.types(), ["conversation.message_hidden", "message.created"]);
    let hidden = json!({"conversation_id": chat.0, "user_id": bob.id, "message_id": message["id"]});
    assert_eq!((&bobs.seen[0]["data"], &bobs.seen[0]["conversation_id"]), (&hidden, &json!(chat.0)));
    alices.until(&app.app, says("end")).await;
    assert_eq!(alices.types(), ["message.created"]);
}

#[tokio::test]
async fn of_a_conversation_that_one_has_left_there_is_no_own_view() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (chat, other) = (group(&app, &[&alice, &bob], 0).await, group(&app, &[&alice, &bob], 0).await);
    let message = chat.sends(&alice, "one").on(&app).await.created();
    let mut bobs = following(&app, &bob, 50).await;
    puts(&app, &bob, chat, PIN, A_PIN).await.ok();
    chat.reads(&bob, 1).on(&app).await.ok();
    chat.marks_unread(&bob, &json!({"seq": 1})).on(&app).await.ok();
    assert_eq!(hides(&bob, &message).on(&app).await.status, 204);
    assert_eq!(chat.removes(&alice, &bob).on(&app).await.status, 204);
    other.sends(&alice, "end").on(&app).await.created();
    bobs.until(&app.app, says("end")).await;
    assert_eq!(bobs.types(), ["member.removed", "message.created"]);

    // Back again, what was set before is told as it is now, once it is set anew.
    chat.adds(&alice, &[&bob]).on(&app).await.created();
    puts(&app, &bob, chat, MUTE, A_MUTE).await.ok();
    let now = flags(&app, &bob, chat).await;
    bobs.until(&app.app, |change| change["data"] == now).await;
    assert_eq!(last(&bobs, "conversation.flags_updated")["data"], now);
}
