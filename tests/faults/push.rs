use std::sync::LazyLock;

use notifications::push::Settings;
use notifications::push::credentials::{Office, Secret};
use notifications::target::Platform;
use notifications::url::LocalReceivers;
use notifications::{register_device, send_push};
use serde_json::json;
use shared::crypto::BoxFuture;
use shared::serve::HttpHandler;
use shared::worker::TaskFailure;
use testkit::{Receiver, Request, killed_at_every_wait, new_id};

use super::world::{World, number, of_event, one_by_one};

const REGISTER: HttpHandler =
    |app, call| Box::pin(register_device::handle(app, LocalReceivers::Allowed, call));

/// A key of nobody's, which Google's double does not check.
static RSA: LazyLock<&str> =
    LazyLock::new(|| include_str!("../../functions/notifications/tests/keys/rsa.pem"));

struct Held(String);

impl Secret for &'static Held {
    fn read(&self) -> BoxFuture<'_, Result<Option<String>, TaskFailure>> {
        Box::pin(async move { Ok(Some(self.0.clone())) })
    }
}

#[tokio::test]
async fn a_device_is_told_once_or_not_at_all_wherever_a_worker_is_killed() {
    let world = World::start().await;
    let google = Receiver::start().await;
    google.answers(|request| match request.path.as_str() {
        "/token" => (
            200,
            vec![],
            json!({"access_token": "a", "expires_in": 3_599, "token_type": "Bearer"}).to_string(),
        ),
        _ => (200, vec![], json!({"name": "projects/p/messages/1"}).to_string()),
    });
    let fcm = json!({
        "type": "service_account", "project_id": "p", "client_email": "push@p.iam.gserviceaccount.com",
        "private_key": *RSA, "token_uri": format!("{}/token", google.url()),
    });
    let secret: &'static Held = Box::leak(Box::new(Held(json!({"fcm": fcm}).to_string())));
    let office = || {
        let settings = Settings {
            apns_url: google.url(),
            fcm_url: google.url(),
            web_push_key: None,
            platforms: vec![Platform::Fcm],
            local: LocalReceivers::Allowed,
            sender_names: false,
        };
        Office::new(settings, secret)
    };
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let group = world.app.group(&[&alice, &bob]).await;
    for token in ["telephone", "tablet"] {
        let body = json!({"platform": "fcm", "token": token});
        let request = Request::put("/v1/devices/{device_id}", &body).at("device_id", new_id()).by(&bob);
        world.app.call(REGISTER, request).await.ok();
    }
    let (mut lost, mut last) = (0, new_id());
    let killed = killed_at_every_wait(
        async |_| {
            world.sends(&alice, group, "Hello").await;
            let event = *world.untold().await.last().unwrap();
            (vec![of_event(event)], event)
        },
        async || (world.app.connected_environment().await, office()),
        async |(app, office), batch| {
            one_by_one(&batch, async |task| send_push::handle(app, office, task).await).await
        },
        async || {},
        async |round, event| {
            last = event;
            let told = |token: &str| {
                let is = |request: &&testkit::Received| {
                    request.path != "/token" && request.json()["message"]["token"] == token
                        && request.json()["message"]["data"]["event_id"] == event.to_string()
                };
                google.received().iter().filter(is).count()
            };
            for token in ["telephone", "tablet"] {
                assert!(told(token) <= 1, "round {round}: {token}");
                lost += 1 - told(token);
            }
            // One account for each device, whatever became of it.
            let accounts = format!("SELECT count(*) FROM push_deliveries WHERE event_id = '{event}'");
            assert_eq!(number(&world.app, accounts).await, 2, "round {round}");
            // Whoever was surely told is known to be, or was being told when the worker was killed.
            let sent = format!(
                "SELECT count(*) FROM push_deliveries WHERE event_id = '{event}' AND state IN ('sent', 'sending')"
            );
            assert_eq!(number(&world.app, sent).await, 2, "round {round}");
        },
    )
    .await;
    println!(
        "send_push was killed {killed} times; of {} pushes {lost} were lost, none sent twice",
        2 * killed
    );
    assert!(killed > 5, "{killed}");
    let is = |request: &&testkit::Received| {
        request.path != "/token" && request.json()["message"]["data"]["event_id"] == last.to_string()
    };
    assert_eq!(google.received().iter().filter(is).count(), 2, "the last worker was not killed");
}
