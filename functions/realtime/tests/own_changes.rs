//! What a user does for themselves alone: their other devices hear of it as `/sync` tells it, and nobody else does.

use conversations::{mark_unread, pin_conversation, sync, update_receipts};
use messages::delete_message;
use serde_json::{Value, json};
use shared::serve::HttpHandler;
use testkit::{Request, Somebody};
use users::{block_user, set_status, update_me, update_settings};

use crate::talk::*;

const SYNC: HttpHandler = |app, call| Box::pin(sync::handle(app, call));

async fn page(world: &World, somebody: &Somebody, query: &str) -> Value {
    world.app.call(SYNC, Request::get("/v1/sync").by(somebody).with_query(query)).await.ok()
}

/// Everything after a token, once so many changes have come. What this server's other databases write keeps them back for a
/// moment.
async fn changes(world: &World, somebody: &Somebody, token: &str, count: usize) -> Vec<Value> {
    let (mut token, mut seen) = (token.to_owned(), Vec::new());
    let reading = async {
        while seen.len() < count {
            let page = page(world, somebody, &format!("since={token}")).await;
            page["next"].as_str().unwrap().clone_into(&mut token);
            seen.extend(page["changes"].as_array().unwrap().iter().cloned());
        }
        seen
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), reading).await.unwrap()
}

/// In an order that does not depend on ids.
fn sorted(mut events: Vec<Value>) -> Vec<Value> {
    events
        .sort_by_key(|event| (event["type"].to_string(), event["data"].to_string(), event["at"].to_string()));
    events
}

#[tokio::test]
async fn ones_devices_hear_what_sync_tells() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let chat = world.app.group(&[&alice, &bob]).await;
    let message = world.sent(&alice, chat, "one").await;
    let at = |request: Request| request.at("conversation_id", chat).by(&bob);
    let read: HttpHandler = |app, call| Box::pin(update_receipts::handle(app, call));
    let body = json!({"read_seq": 1});
    world.app.call(read, at(Request::put("/v1/conversations/{conversation_id}/receipts", &body))).await.ok();
    world.tells_everything().await;
    let (telephone, tablet) = (world.connects(&bob).await, world.connects(&bob).await);
    let hers = world.connects(&alice).await;
    // Nothing of before comes after the snapshot.
    let settled = "SELECT coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot()), true)::integer::bigint FROM outbox";
    while world.number(settled).await == 0 {}
    let before = page(&world, &bob, "").await["next"].as_str().unwrap().to_owned();

    let unread: HttpHandler = |app, call| Box::pin(mark_unread::handle(app, call));
    let body = json!({"seq": 1});
    world.app.call(unread, at(Request::put("/v1/conversations/{conversation_id}/unread", &body))).await.ok();
    let pin: HttpHandler = |app, call| Box::pin(pin_conversation::handle(app, call));
    let flags = world
        .app
        .call(pin, at(Request::put("/v1/conversations/{conversation_id}/pin", &json!({}))))
        .await
        .ok();
    let hide: HttpHandler = |app, call| Box::pin(delete_message::handle(app, call));
    let id = message["id"].as_str().unwrap();
    let hiding = at(Request::delete("/v1/conversations/{conversation_id}/messages/{message_id}"));
    let hiding = hiding.at("message_id", id).with_query("scope=me");
    assert_eq!(world.app.call(hide, hiding).await.status, 204);
    let profile: HttpHandler = |app, call| Box::pin(update_me::handle(app, call));
    let body = json!({"bio": "Reads.", "email": "bob@example.org"});
    world.app.call(profile, Request::patch("/v1/users/me", &body).by(&bob)).await.ok();
    let settings: HttpHandler = |app, call| Box::pin(update_settings::handle(app, call));
    let body = json!({"show_last_seen": false});
    let settings =
        world.app.call(settings, Request::patch("/v1/users/me/settings", &body).by(&bob)).await.ok();
    let status: HttpHandler = |app, call| Box::pin(set_status::handle(app, call));
    let body = json!({"presence": "busy", "text": "reading", "expires_at": "2126-11-22T21:05:09.123Z"});
    let status = world.app.call(status, Request::put("/v1/users/me/status", &body).by(&bob)).await.ok();
    let block: HttpHandler = |app, call| Box::pin(block_user::handle(app, call));
    let blocking = Request::put("/v1/users/me/blocks/{user_id}", &json!({})).at("user_id", alice.id);
    assert_eq!(world.app.call(block, blocking.by(&bob)).await.status, 204);

    world.tells_everything().await;
    let told = world.gateway.events(&telephone);
    let mut types = kinds(&told);
    types.sort_unstable();
    assert_eq!(
        types,
        [
            "block.updated",
            "conversation.flags_updated",
            "conversation.message_hidden",
            "receipt.updated",
            "user.updated",
            "user.updated",
            "user.updated"
        ]
    );
    let of = |kind: &str| &told.iter().find(|event| event["type"] == json!(kind)).unwrap()["data"];
    assert_eq!(of("conversation.flags_updated"), &flags);
    // As it is now: of what was unread one message is hidden.
    assert_eq!(
        (&of("receipt.updated")["read_seq"], &of("receipt.updated")["unread_count"]),
        (&json!(1), &json!(0))
    );
    let account = of("user.updated");
    assert_eq!((&account["settings"], &account["user"]["status"]), (&settings, &status));
    assert_eq!(
        (&account["user"]["email"], &account["user"]["bio"]),
        (&json!("bob@example.org"), &json!("Reads."))
    );
    assert_eq!(world.gateway.events(&tablet), told);
    assert!(world.gateway.events(&hers).is_empty());

    // With what others are told of the status, of which a change feed shows the ids.
    let mut seen = changes(&world, &bob, &before, 8).await;
    seen.retain(|change| change["type"] != "presence.updated");
    assert_eq!(sorted(seen), sorted(told));
}

#[tokio::test]
async fn who_has_left_hears_nothing_of_their_own_view() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let his = world.connects(&bob).await;
    let chat = world.app.group(&[&alice, &bob]).await;
    let message = world.sent(&alice, chat, "one").await;
    world.tells_everything().await;
    world.gateway.events(&his);
    for kind in ["conversation.flags_updated", "receipt.updated", "conversation.message_hidden"] {
        world
            .behind(format!(
                "INSERT INTO outbox (id, type, user_id, about_conversation_id, message_id)
                 VALUES (gen_random_uuid(), '{kind}', '{}', '{chat}', {})",
                bob.id,
                if kind == "conversation.message_hidden" {
                    format!("'{}'", message["id"].as_str().unwrap())
                } else {
                    "NULL".to_owned()
                },
            ))
            .await;
    }
    world.behind(format!("UPDATE members SET left_at = now() WHERE user_id = '{}'", bob.id)).await;
    world.tells_everything().await;
    assert!(world.gateway.events(&his).is_empty());
    assert!(world.waiting().await.is_empty());
}
