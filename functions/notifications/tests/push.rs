//! The worker that tells devices, in process, against a double of each provider's HTTP API.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use notifications::push::Settings;
use notifications::push::credentials::{Office, Secret};
use notifications::target::Platform;
use notifications::url::LocalReceivers;
use notifications::{register_device, send_push};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use shared::crypto::BoxFuture;
use shared::id::ConversationId;
use shared::serve::HttpHandler;
use shared::worker::TaskFailure;
use testkit::{Browser, Received, Receiver, Request, Somebody, TestApp, VapidKey, new_id, task, verified};
use uuid::Uuid;

const REGISTER: HttpHandler =
    |app, call| Box::pin(register_device::handle(app, LocalReceivers::Allowed, call));

const P256: &str = include_str!("keys/p256.pem");
const RSA: &str = include_str!("keys/rsa.pem");

/// Credentials that can be taken away.
struct Held {
    text: Option<String>,
    away: AtomicBool,
}

impl Secret for &'static Held {
    fn read(&self) -> BoxFuture<'_, Result<Option<String>, TaskFailure>> {
        Box::pin(async move {
            if self.away.load(SeqCst) {
                return Err(TaskFailure::Retry("away".to_owned()));
            }
            Ok(self.text.clone())
        })
    }
}

fn der(pem: &str) -> Vec<u8> {
    use base64::Engine;
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::engine::general_purpose::STANDARD.decode(body).unwrap()
}

/// The providers' doubles, the worker that calls them, and two who talk.
struct World {
    app: TestApp,
    apple: Receiver,
    google: Receiver,
    /// Where browsers were subscribed.
    service: Receiver,
    vapid: VapidKey,
    secret: &'static Held,
    office: Office<&'static Held>,
    alice: Somebody,
    bob: Somebody,
    group: ConversationId,
}

impl World {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl Fn(&mut Settings)) -> Self {
        let app = TestApp::start().await;
        let (apple, google, service) =
            (Receiver::start_http2().await, Receiver::start().await, Receiver::start().await);
        apple.answers_with(200);
        google.answers(|request| match request.path.as_str() {
            "/token" => (
                200,
                vec![],
                json!({"access_token": "ya29.double", "expires_in": 3_599, "token_type": "Bearer"})
                    .to_string(),
            ),
            _ => (200, vec![], json!({"name": "projects/p/messages/1"}).to_string()),
        });
        service.answers_with(201);
        let vapid = VapidKey::generate();
        let credentials = json!({
            "apns": {"team_id": "TEAM123456", "key_id": "KEY1234567", "private_key": P256, "topic": "org.example.chat"},
            "fcm": {"type": "service_account", "project_id": "p", "client_email": "push@p.iam.gserviceaccount.com",
                    "private_key": RSA, "token_uri": format!("{}/token", google.url())},
            "web": {"subject": "mailto:ops@example.org", "private_key": vapid.private},
        });
        let secret: &'static Held =
            Box::leak(Box::new(Held { text: Some(credentials.to_string()), away: AtomicBool::new(false) }));
        let mut settings = Settings {
            apns_url: apple.url(),
            fcm_url: google.url(),
            web_push_key: Some(vapid.public.clone()),
            platforms: Platform::ALL.to_vec(),
            local: LocalReceivers::Allowed,
            sender_names: false,
        };
        change(&mut settings);
        let office = Office::new(settings, secret);
        let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
        let group = app.group(&[&alice, &bob]).await;
        Self { app, apple, google, service, vapid, secret, office, alice, bob, group }
    }

    async fn registers(&self, who: &Somebody, body: &Value) -> Uuid {
        let id = new_id();
        let request = Request::put("/v1/devices/{device_id}", body).at("device_id", id).by(who);
        self.app.call(REGISTER, request).await.ok();
        id
    }

    async fn has_fcm(&self, who: &Somebody, token: &str) -> Uuid {
        self.registers(who, &json!({"platform": "fcm", "token": token})).await
    }

    /// A message of alice in the group, and its event.
    async fn says(&self, mentions: &[&Somebody]) -> Uuid {
        let event: Uuid = self.app.app.new_id().unwrap();
        let message: Uuid = self.app.app.new_id().unwrap();
        let mentions: Vec<_> = mentions.iter().map(|who| who.id.0).collect();
        sqlx::query(
            "WITH counted AS (
                 UPDATE conversations SET last_seq = last_seq + 1, change_seq = change_seq + 1 WHERE id = $1 RETURNING *
             ), sent AS (
                 INSERT INTO messages (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, request_fingerprint, created_at)
                 SELECT id, last_seq, $2, change_seq, $3, gen_random_uuid(), 'text', 1, '', now() FROM counted RETURNING *
             ), meant AS (
                 INSERT INTO mentions (conversation_id, seq, user_id) SELECT conversation_id, seq, unnest($5::uuid[]) FROM sent
             )
             INSERT INTO outbox (id, type, conversation_id, change_seq, message_id)
             SELECT $4, 'message.created', conversation_id, change_seq, id FROM sent",
        )
        .bind(self.group.0)
        .bind(message)
        .bind(self.alice.id.0)
        .bind(event)
        .bind(mentions)
        .execute(&mut self.app.connect().await)
        .await
        .unwrap();
        event
    }

    async fn hears_of(&self, event: Uuid) -> Result<(), TaskFailure> {
        let body = json!({"event_id": event}).to_string();
        send_push::handle(&self.app.app, &self.office, task("1", &body)).await
    }

    /// The tokens that FCM was asked to tell.
    fn told(&self) -> Vec<String> {
        let messages = self.google.received().into_iter().filter(|request| request.path != "/token");
        let mut tokens: Vec<_> =
            messages.map(|request| request.json()["message"]["token"].as_str().unwrap().to_owned()).collect();
        tokens.sort();
        tokens
    }

    async fn alters(&self, statement: &'static str) {
        sqlx::raw_sql(statement).execute(&mut self.app.connect().await).await.unwrap();
    }

    async fn states(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT state FROM push_deliveries ORDER BY created_at, device_id")
            .fetch_all(&mut self.app.connect().await)
            .await
            .unwrap()
    }

    async fn devices(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM devices")
            .fetch_one(&mut self.app.connect().await)
            .await
            .unwrap()
    }
}

/// Nothing in it but ids, counts and what the device said itself.
fn is_free_of_content(notice: &Value, event: Uuid) {
    let mut names: Vec<_> = notice.as_object().unwrap().keys().map(String::as_str).collect();
    names.retain(|name| *name != "aps" && *name != "locale");
    names.sort_unstable();
    assert_eq!(
        names,
        ["conversation_id", "event_id", "mentioned", "message_id", "seq", "type", "unread_count"]
    );
    assert_eq!(notice["event_id"], event.to_string());
}

#[tokio::test]
async fn a_telephone_of_apple_is_told_over_http2_by_a_token_that_lasts() {
    let world = World::new().await;
    let token = "ab".repeat(32);
    world.registers(&world.bob, &json!({"platform": "apns", "token": token})).await;
    world
        .registers(
            &world.bob,
            &json!({"platform": "apns", "token": "cd".repeat(32), "app_id": "org.example.other"}),
        )
        .await;
    let event = world.says(&[]).await;
    world.hears_of(event).await.unwrap();
    let received = world.apple.received();
    assert_eq!(received.len(), 2);
    let of =
        |token: &str| received.iter().find(|request| request.path == format!("/3/device/{token}")).unwrap();
    let request = of(&token);
    assert_eq!(request.header("apns-topic"), "org.example.chat");
    assert_eq!(of(&"cd".repeat(32)).header("apns-topic"), "org.example.other");
    assert_eq!(request.header("apns-collapse-id"), world.group.to_string());
    assert_eq!((request.header("apns-push-type"), request.header("apns-priority")), ("alert", "10"));
    let body = request.json();
    is_free_of_content(&body, event);
    assert_eq!(body["aps"]["alert"], json!({"loc-key": "NEW_MESSAGE"}));

    let pair =
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der(P256), &SystemRandom::new()).unwrap();
    let bearer =
        |request: &Received| request.header("authorization").strip_prefix("bearer ").unwrap().to_owned();
    let (header, claims) = verified(&bearer(request), &ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
    assert_eq!(
        (&header["kid"], &header["alg"], &claims["iss"]),
        (&json!("KEY1234567"), &json!("ES256"), &json!("TEAM123456"))
    );

    // The same token for most of an hour, then another.
    world.app.clock.advance(std::time::Duration::from_mins(44));
    world.hears_of(world.says(&[]).await).await.unwrap();
    world.app.clock.advance(std::time::Duration::from_mins(2));
    world.hears_of(world.says(&[]).await).await.unwrap();
    let tokens: Vec<_> = world.apple.received().iter().map(bearer).collect();
    assert_eq!(tokens[0], tokens[3], "within 45 minutes");
    assert_ne!(tokens[0], tokens[5], "later");
}

#[tokio::test]
async fn a_telephone_of_google_is_told_with_data_by_a_token_that_google_gives() {
    let world = World::new().await;
    world.registers(&world.bob, &json!({"platform": "fcm", "token": "phone", "locale": "de-AT"})).await;
    let event = world.says(&[&world.bob]).await;
    world.hears_of(event).await.unwrap();
    world.hears_of(world.says(&[]).await).await.unwrap();
    let received = world.google.received();
    let paths: Vec<_> = received.iter().map(|request| request.path.as_str()).collect();
    let send = "/v1/projects/p/messages:send";
    assert_eq!(paths, ["/token", send, send], "one token for both");

    let form = String::from_utf8(received[0].body.clone()).unwrap();
    let assertion = form
        .strip_prefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=")
        .unwrap();
    let pair = RsaKeyPair::from_pkcs8(&der(RSA)).unwrap();
    let (_, claims) = verified(assertion, &RSA_PKCS1_2048_8192_SHA256, pair.public().as_ref());
    assert_eq!(claims["scope"], "https://www.googleapis.com/auth/firebase.messaging");
    assert_eq!(claims["aud"], format!("{}/token", world.google.url()));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3_600);

    assert_eq!(received[1].header("authorization"), "Bearer ya29.double");
    let message = &received[1].json()["message"];
    assert_eq!(
        (&message["token"], &message["android"]["collapse_key"]),
        (&json!("phone"), &json!(world.group))
    );
    is_free_of_content(&message["data"], event);
    assert_eq!(
        (&message["data"]["mentioned"], &message["data"]["locale"]),
        (&json!("true"), &json!("de-AT"))
    );
    assert_eq!(received[2].json()["message"]["data"]["unread_count"], "2");
}

#[tokio::test]
async fn a_browser_opens_what_it_is_told_and_knows_who_sent_it() {
    let world = World::new().await;
    let endpoint = format!("{}/push/abc", world.service.url());
    let browser = Browser::subscribed_at(&endpoint);
    world.registers(&world.bob, &json!({"platform": "web", "subscription": browser.subscription()})).await;
    let event = world.says(&[]).await;
    world.hears_of(event).await.unwrap();
    let received = world.service.received();
    assert_eq!(received.len(), 1);
    let push = &received[0];
    assert_eq!((push.method.as_str(), push.path.as_str()), ("POST", "/push/abc"));
    assert_eq!((push.header("ttl"), push.header("urgency")), ("86400", "high"));
    assert!(!push.header("topic").is_empty() && push.header("topic").len() <= 32);
    browser.knows_its_sender(push, &world.vapid.public);
    let notice = browser.opens(push);
    is_free_of_content(&notice, event);
    assert_eq!((&notice["type"], &notice["unread_count"]), (&json!("message.created"), &json!(1)));
    assert_eq!(world.states().await, ["sent"]);
}

#[tokio::test]
async fn who_wrote_is_told_only_where_the_deployment_says_so() {
    let world = World::with(|settings| settings.sender_names = true).await;
    world.has_fcm(&world.bob, "phone").await;
    world.registers(&world.bob, &json!({"platform": "apns", "token": "ab".repeat(32)})).await;
    world.hears_of(world.says(&[]).await).await.unwrap();
    assert_eq!(world.google.received()[1].json()["message"]["data"]["sender_name"], "alice");
    let alert = world.apple.received()[0].json()["aps"]["alert"].clone();
    assert_eq!(alert, json!({"loc-key": "NEW_MESSAGE_FROM", "loc-args": ["alice"]}));
}

#[tokio::test]
async fn those_are_told_whom_it_concerns_and_nobody_else() {
    let world = World::new().await;
    world.has_fcm(&world.alice, "sender").await;
    world.has_fcm(&world.bob, "bob").await;
    let stranger = world.app.somebody("stranger").await;
    world.has_fcm(&stranger, "stranger").await;
    let mut expected = Vec::new();
    for (told, change) in [
        (true, "SELECT 1"),
        (false, "UPDATE members SET muted_until = now() + interval '1 hour'"),
        (true, "UPDATE members SET muted_until = now() - interval '1 hour'"),
        (false, "UPDATE members SET delivered_seq = 1000, read_seq = 1000"),
        (true, "UPDATE members SET read_seq = 0"),
        (false, "UPDATE members SET joined_seq = 1000"),
        (true, "UPDATE members SET joined_seq = 0"),
        (false, "UPDATE members SET left_at = now()"),
        (true, "UPDATE members SET left_at = NULL"),
        (false, "UPDATE users SET suspended_at = now()"),
        (true, "UPDATE users SET suspended_at = NULL"),
        (false, "UPDATE sessions SET expires_at = now()"),
        (true, "UPDATE sessions SET expires_at = now() + interval '1 day'"),
    ] {
        world.alters(change).await;
        world.hears_of(world.says(&[]).await).await.unwrap();
        if told {
            expected.push("bob".to_owned());
        }
        assert_eq!(world.told(), expected, "{change}");
    }
    for (told, change) in [
        (false, "INSERT INTO connections (connection_id, user_id, session_id, place, expires_at)
                 SELECT username, users.id, sessions.id, 1, now() + interval '1 hour' FROM users JOIN sessions ON sessions.user_id = users.id"),
        (true, "UPDATE connections SET expires_at = now()"),
    ] {
        world.alters(change).await;
        world.hears_of(world.says(&[]).await).await.unwrap();
        if told {
            expected.push("bob".to_owned());
        }
        assert_eq!(world.told(), expected, "{change}");
    }
    // Muted, but meant by name.
    world.alters("UPDATE members SET muted_until = now() + interval '1 hour'").await;
    world.hears_of(world.says(&[&world.bob]).await).await.unwrap();
    expected.push("bob".to_owned());
    assert_eq!(world.told(), expected);
    world.alters("UPDATE members SET muted_until = NULL").await;

    for change in [
        "UPDATE messages SET deleted_at = now()",
        "UPDATE messages SET deleted_at = NULL, expires_at = now()",
        "UPDATE messages SET expires_at = NULL, type = 'system'",
        "UPDATE messages SET type = 'text';
         INSERT INTO hidden_messages (user_id, conversation_id, seq) SELECT users.id, conversation_id, seq FROM messages, users",
        "DELETE FROM hidden_messages; UPDATE outbox SET created_at = now() - interval '25 hours'",
        "UPDATE outbox SET created_at = now(), type = 'message.updated'",
    ] {
        let event = world.says(&[]).await;
        world.alters(change).await;
        world.hears_of(event).await.unwrap();
        assert_eq!(world.told(), expected, "{change}");
    }
    world.hears_of(new_id()).await.unwrap();
    assert_eq!(world.told(), expected);
}

#[tokio::test]
async fn in_a_direct_conversation_with_a_block_nobody_is_told() {
    let world = World::new().await;
    world.has_fcm(&world.bob, "bob").await;
    world.alters(
        "UPDATE conversations SET type = 'direct', title_sealed = NULL, title_epoch = NULL,
             direct_low = (SELECT id FROM users ORDER BY id LIMIT 1), direct_high = (SELECT id FROM users ORDER BY id DESC LIMIT 1)",
    )
    .await;
    world.hears_of(world.says(&[]).await).await.unwrap();
    assert_eq!(world.told(), ["bob"]);
    world
        .alters("INSERT INTO blocks (user_id, blocked_id) SELECT bob.id, alice.id FROM users AS bob, users AS alice WHERE bob.username = 'bob' AND alice.username = 'alice'")
        .await;
    world.hears_of(world.says(&[]).await).await.unwrap();
    assert_eq!(world.told(), ["bob"]);
}

#[tokio::test]
async fn a_device_is_told_of_an_event_once_however_often_the_task_comes() {
    let world = World::new().await;
    world.has_fcm(&world.bob, "phone").await;
    let event = world.says(&[]).await;
    for _ in 0..3 {
        world.hears_of(event).await.unwrap();
    }
    assert_eq!(world.told(), ["phone"]);
    let other = world.says(&[]).await;
    let (one, two) = tokio::join!(world.hears_of(other), world.hears_of(other));
    one.unwrap();
    two.unwrap();
    assert_eq!(world.told(), ["phone", "phone"]);
    // A worker that died over it: nobody knows whether the device was told.
    world.alters("UPDATE push_deliveries SET state = 'sending'").await;
    world.hears_of(event).await.unwrap();
    assert_eq!(world.told().len(), 2);
}

#[tokio::test]
async fn what_a_provider_puts_off_comes_again_for_that_device_alone() {
    let world = World::new().await;
    world.has_fcm(&world.bob, "good").await;
    world.has_fcm(&world.bob, "busy").await;
    for (status, body) in [(429, "{}"), (503, "{}"), (500, "not json")] {
        let before = world.told().len();
        world.google.answers(move |request| {
            let busy = request.path != "/token" && request.json()["message"]["token"] == "busy";
            if busy { (status, vec![], body.to_owned()) } else { (200, vec![], "{}".to_owned()) }
        });
        // The token was given before; this double gives none.
        if before == 0 {
            world.google.answers(move |request| match request.path.as_str() {
                "/token" => (200, vec![], json!({"access_token": "t", "expires_in": 3_600}).to_string()),
                _ if request.json()["message"]["token"] == "busy" => (status, vec![], body.to_owned()),
                _ => (200, vec![], "{}".to_owned()),
            });
        }
        let event = world.says(&[]).await;
        assert!(matches!(world.hears_of(event).await, Err(TaskFailure::Retry(_))), "{status}");
        world.google.answers_with(200);
        world.hears_of(event).await.unwrap();
        world.hears_of(event).await.unwrap();
        assert_eq!(world.told().len() - before, 3, "{status}: both once, and the busy one again");
    }
    assert!(world.states().await.iter().all(|state| state == "sent"));
}

#[tokio::test]
async fn a_device_that_its_provider_does_not_know_any_more_is_gone() {
    let world = World::new().await;
    let browser = Browser::subscribed_at(&format!("{}/gone", world.service.url()));
    world.has_fcm(&world.bob, "old").await;
    world.registers(&world.bob, &json!({"platform": "apns", "token": "ab".repeat(32)})).await;
    world.registers(&world.bob, &json!({"platform": "web", "subscription": browser.subscription()})).await;
    world.service.answers_with(410);
    world.apple.answers(|_| (410, vec![], json!({"reason": "Unregistered", "timestamp": 1}).to_string()));
    world.google.answers(|request| match request.path.as_str() {
        "/token" => (200, vec![], json!({"access_token": "t", "expires_in": 3_600}).to_string()),
        _ => (
            404,
            vec![],
            json!({"error": {"code": 404, "details": [{"errorCode": "UNREGISTERED"}]}}).to_string(),
        ),
    });
    world.hears_of(world.says(&[]).await).await.unwrap();
    assert_eq!((world.devices().await, world.states().await), (0, vec!["gone".to_owned(); 3]));

    // It came back with another token while the old one was being told: that one stays.
    world.has_fcm(&world.bob, "old").await;
    let url = world.app.database.url();
    world.google.answers(move |_| {
        let url = url.clone();
        let renewing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&url).await.unwrap();
                sqlx::raw_sql("UPDATE devices SET token_hash = sha256('new')")
                    .execute(&mut connection)
                    .await
                    .unwrap();
            });
        });
        renewing.join().unwrap();
        (404, vec![], "{}".to_owned())
    });
    world.hears_of(world.says(&[]).await).await.unwrap();
    assert_eq!(world.devices().await, 1);
}

#[tokio::test]
async fn what_a_provider_refuses_is_neither_tried_again_nor_the_devices_fault() {
    let world = World::new().await;
    world.has_fcm(&world.bob, "phone").await;
    world.registers(&world.bob, &json!({"platform": "apns", "token": "ab".repeat(32)})).await;
    world.apple.answers(|_| (400, vec![], json!({"reason": "PayloadTooLarge"}).to_string()));
    world.google.answers(|request| match request.path.as_str() {
        "/token" => (200, vec![], json!({"access_token": "t", "expires_in": 3_600}).to_string()),
        _ => (400, vec![], json!({"error": {"details": [{"errorCode": "INVALID_ARGUMENT"}]}}).to_string()),
    });
    world.hears_of(world.says(&[]).await).await.unwrap();
    assert_eq!((world.devices().await, world.states().await), (2, vec!["refused".to_owned(); 2]));
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_asked_again_and_one_that_breaks_off_is_not() {
    let world = World::with(|settings| settings.apns_url = "http://127.0.0.1:1".to_owned()).await;
    world.registers(&world.bob, &json!({"platform": "apns", "token": "ab".repeat(32)})).await;
    assert!(matches!(world.hears_of(world.says(&[]).await).await, Err(TaskFailure::Retry(_))));
    assert_eq!(world.states().await, ["retry"]);

    // It takes the request, and nobody knows what it made of it.
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = std::io::Read::read(&mut stream, &mut [0; 1_024]);
        }
    });
    let world = World::with(|settings| settings.fcm_url = format!("http://{address}")).await;
    world.has_fcm(&world.bob, "phone").await;
    world.hears_of(world.says(&[]).await).await.unwrap();
    assert_eq!(world.states().await, ["refused"]);
}

#[tokio::test]
async fn a_platform_that_is_not_set_up_is_told_nothing_and_holds_nobody_up() {
    let world = World::with(|settings| settings.platforms = vec![Platform::Fcm]).await;
    world.has_fcm(&world.bob, "phone").await;
    world.registers(&world.bob, &json!({"platform": "apns", "token": "ab".repeat(32)})).await;
    world.hears_of(world.says(&[]).await).await.unwrap();
    let mut states = world.states().await;
    states.sort();
    assert_eq!(states, ["dropped", "sent"]);
    assert!(world.apple.received().is_empty());
}

#[tokio::test]
async fn credentials_are_read_once_in_a_while_and_waited_for_when_they_are_away() {
    let world = World::new().await;
    world.has_fcm(&world.bob, "phone").await;
    world.secret.away.store(true, SeqCst);
    let event = world.says(&[]).await;
    assert!(matches!(world.hears_of(event).await, Err(TaskFailure::Retry(_))));
    assert!(world.states().await.is_empty(), "nothing was taken");
    world.secret.away.store(false, SeqCst);
    world.hears_of(event).await.unwrap();
    world.secret.away.store(true, SeqCst);
    world.hears_of(world.says(&[]).await).await.unwrap();
    world.app.clock.advance(std::time::Duration::from_mins(5));
    assert!(world.hears_of(world.says(&[]).await).await.is_err());

    let bad: &'static Held =
        Box::leak(Box::new(Held { text: Some("{}".to_owned()), away: AtomicBool::new(false) }));
    let office = Office::new(world.office.settings().clone(), bad);
    let body = json!({"event_id": new_id()}).to_string();
    let outcome = send_push::handle(&world.app.app, &office, task("1", &body)).await;
    assert_eq!(
        outcome,
        Err(TaskFailure::Retry("the push credentials are not good: there are none for apns".to_owned()))
    );
}

#[tokio::test]
async fn a_group_with_more_devices_than_a_page_is_told_whole() {
    let world = World::new().await;
    world
        .alters(
            "WITH added AS (
                 INSERT INTO users (id, username, display_name)
                 SELECT gen_random_uuid(), 'u' || number, '' FROM generate_series(1, 60) AS number RETURNING id
             ), logged_in AS (
                 INSERT INTO sessions (id, user_id, access_hash, access_expires_at, expires_at)
                 SELECT id, id, sha256(uuid_send(id)), now(), now() + interval '1 day' FROM added RETURNING id
             ), joined AS (
                 INSERT INTO members (conversation_id, user_id, role) SELECT conversations.id, added.id, 'member' FROM added, conversations
             )
             INSERT INTO devices (user_id, id, session_id, platform, token_hash, keyring_id, sealed, place)
             SELECT logged_in.id, gen_random_uuid(), logged_in.id, 'fcm', sha256(convert_to(logged_in.id::text || place, 'UTF8')),
                    (SELECT id FROM keys.keyring WHERE purpose = 'content'), '', place
             FROM logged_in, generate_series(1, 25) AS place",
        )
        .await;
    // What is stored of them does not open: they are refused, one by one.
    world.hears_of(world.says(&[]).await).await.unwrap();
    let states = world.states().await;
    assert_eq!(states.len(), 1_500);
    assert!(states.iter().all(|state| state == "refused"));
}
