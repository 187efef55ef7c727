//! Keys are replaced while people talk: nothing that is read fails to open, and every row that is left is readable.
//!
//! For a minute; `TALKIFY_TRAFFIC_S=600 cargo test --test rotation traffic` does it for longer, and fewer seconds for less.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use conversations::{add_members, remove_member};
use keys::rotate_keys;
use serde_json::json;
use shared::App;
use shared::id::ConversationId;
use shared::serve::HttpHandler;
use testkit::{Request, Somebody};

use crate::world::{MESSAGES, SEND, World, environments, kms_keys, number, read, text};

#[expect(clippy::disallowed_methods, reason = "how long it lasts is for whoever runs it")]
fn lasts() -> Duration {
    let seconds = std::env::var("TALKIFY_TRAFFIC_S").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}

#[derive(Default)]
struct Traffic {
    over: AtomicBool,
    sent: AtomicUsize,
    read: AtomicUsize,
}

/// One environment that sends and reads until it is over. Every third thing disappears one day.
async fn talks(app: Arc<App>, somebody: Somebody, conversations: Vec<ConversationId>, traffic: Arc<Traffic>) {
    let mut round = 0;
    while !traffic.over.load(SeqCst) {
        let conversation = conversations[round % conversations.len()];
        let mut body = text(&format!("message {round}"));
        if round % 3 == 0 {
            body["expires_in_s"] = json!(86_400 * (1 + round % 4));
        }
        let request = Request::post(MESSAGES, &body).at("conversation_id", conversation).by(&somebody);
        let sent = request.through(&app, SEND).await.created();
        assert!(sent["text"].is_string(), "{sent}");
        traffic.sent.fetch_add(1, SeqCst);
        let page = read(&app, &somebody, conversation).await.ok();
        for item in page["items"].as_array().unwrap() {
            assert!(item["error"].is_null(), "{item}");
            traffic.read.fetch_add(1, SeqCst);
        }
        round += 1;
    }
}

/// What they hold opens nothing that is said later: the next to send brings another epoch.
async fn somebody_comes_and_goes(world: &World, conversation: ConversationId, turn: usize) {
    let guest = world.app.somebody(&format!("guest{turn}")).await;
    let add: HttpHandler = |app, call| Box::pin(add_members::handle(app, call));
    let adding =
        Request::post("/v1/conversations/{conversation_id}/members", &json!({"user_ids": [guest.id]}));
    world.app.call(add, adding.at("conversation_id", conversation).by(&world.alice)).await.created();
    let remove: HttpHandler = |app, call| Box::pin(remove_member::handle(app, call));
    let removing = Request::delete("/v1/conversations/{conversation_id}/members/{user_id}")
        .at("conversation_id", conversation)
        .at("user_id", guest.id)
        .by(&world.alice);
    let removed = world.app.call(remove, removing).await;
    assert_eq!(removed.status, 204, "{removed}");
    let due = format!(
        "SELECT count(*) FROM conversations WHERE id = '{conversation}' AND
         (epochs_due_at IS NOT NULL OR (SELECT max(created_at) FROM conversation_keys WHERE conversation_id = '{conversation}')
          > (SELECT left_at FROM members WHERE conversation_id = '{conversation}' AND user_id = '{}'))",
        guest.id
    );
    assert_eq!(number(&world.app, due).await, 1, "who has gone brings a new epoch");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "traffic lasts for a real time")]
async fn while_people_talk_every_key_is_replaced_again_and_again() {
    let world = World::new().await;
    let mut conversations = vec![world.conversation];
    for _ in 0..3 {
        conversations.push(world.app.group(&[&world.alice, &world.root]).await);
    }
    let traffic = Arc::new(Traffic::default());
    let talkers: Vec<_> = environments(&world.app, 4)
        .into_iter()
        .map(|app| tokio::spawn(talks(app, world.alice, conversations.clone(), Arc::clone(&traffic))))
        .collect();

    let begun = Instant::now();
    let mut rotations = 0;
    while begun.elapsed() < lasts() {
        world.asks(&json!({"target": "all"})).await;
        somebody_comes_and_goes(&world, conversations[0], rotations).await;
        rotate_keys::handle(&world.app.cold_environment(), &kms_keys()).await.unwrap();
        world.asks(&json!({"target": "kms_key"})).await;
        world.rotates().await;
        // As if environments had forgotten it by now: the next rotation follows at once.
        world.later().await;
        world.rotates().await;
        rotations += 1;
    }
    traffic.over.store(true, SeqCst);
    for talker in talkers {
        talker.await.unwrap();
    }

    let (sent, read_items) = (traffic.sent.load(SeqCst), traffic.read.load(SeqCst));
    let epochs = number(&world.app, "SELECT count(*) FROM conversation_keys").await;
    eprintln!("{sent} sent, {read_items} read, {rotations} rotations of each K1, {epochs} epochs");
    assert!(sent > 0 && rotations > 1);
    let lost = "SELECT count(*) FROM messages AS m WHERE NOT EXISTS (
                    SELECT FROM conversation_keys AS k WHERE k.conversation_id = m.conversation_id AND k.epoch = m.epoch)";
    assert_eq!(number(&world.app, lost).await, 0);
    every_row_opens(&world, &conversations).await;
    world.everything_opens().await;
    let failures =
        "SELECT count(*) FROM audit_events WHERE event IN ('crypt_decrypt_fail', 'crypt_key_refused')";
    assert_eq!(number(&world.app, failures).await, 0);
}

async fn every_row_opens(world: &World, conversations: &[ConversationId]) {
    let cold = world.app.cold_environment();
    for conversation in conversations {
        let mut before = i64::MAX;
        loop {
            let query = if before == i64::MAX {
                "limit=100".to_owned()
            } else {
                format!("limit=100&before_seq={before}")
            };
            let request = Request::get(MESSAGES)
                .at("conversation_id", *conversation)
                .by(&world.alice)
                .with_query(&query);
            let page = request.through(&cold, crate::world::LIST).await.ok();
            let items = page["items"].as_array().unwrap();
            for item in items {
                assert!(item["error"].is_null(), "{item}");
                before = before.min(item["seq"].as_i64().unwrap());
            }
            if page["has_more_before"] != true {
                break;
            }
        }
    }
}
