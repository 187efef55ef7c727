//! `POST /v1/media`, in process.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::media::upload_key;
use testkit::{Request, TestApp};

use crate::talk::{CREATE, MEDIA, World, announcing, id};

fn image() -> Value {
    json!({"kind": "image", "content_type": "image/jpeg", "size": 1234, "file_name": " Grüße 🌅.jpg "})
}

#[tokio::test]
async fn an_upload_is_announced_in_one_round_trip_and_held_to_what_it_said() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    // Which key seals is known from now on.
    world.app.call(CREATE, announcing(&alice, &image())).await.created();
    let round_trips = world.app.proxy.round_trips();
    let announced = world.app.call(CREATE, announcing(&alice, &image())).await.created();
    assert_eq!(world.app.proxy.round_trips() - round_trips, 1);

    let media = id(&announced["media"]);
    let mut expected = json!({
        "id": media, "kind": "image", "status": "pending", "content_type": "image/jpeg", "size": 1234, "width": null,
        "height": null, "duration_ms": null, "thumbhash": null, "file_name": "Grüße 🌅.jpg", "url": null, "variants": [],
    });
    assert_eq!(announced["media"], expected);
    expected["id"] = json!(media);
    assert_eq!(world.gets(&alice, media).await.ok(), expected);

    let upload = &announced["upload"];
    assert_eq!(upload["url"], "https://media.s3.eu-central-1.amazonaws.com/");
    let fields = &upload["fields"];
    assert_eq!((&fields["key"], &fields["Content-Type"]), (&json!(upload_key(media)), &json!("image/jpeg")));
    let policy = STANDARD.decode(fields["policy"].as_str().unwrap()).unwrap();
    let policy: Value = serde_json::from_slice(&policy).unwrap();
    let conditions = policy["conditions"].as_array().unwrap();
    for condition in [
        json!({"bucket": "media"}),
        json!({"key": upload_key(media)}),
        json!({"Content-Type": "image/jpeg"}),
        json!(["content-length-range", 1234, 1234]),
    ] {
        assert!(conditions.contains(&condition), "{condition} is not in {policy}");
    }
    // Every field but the signature and the policy has its condition: S3 refuses others.
    assert_eq!(conditions.len(), fields.as_object().unwrap().len() - 2 + 2);

    let rows =
        world.number("SELECT count(*) FROM media WHERE status = 'pending' AND sequencer IS NULL").await;
    assert_eq!(rows, 2);
    assert_eq!(world.number("SELECT count(*) FROM media WHERE media::text LIKE '%Gr%'").await, 0);
    let reviews = "SELECT count(*) FROM media_reviews WHERE due BETWEEN now() + interval '23 hours' AND now() + interval '1 day'";
    assert_eq!(world.number(reviews).await, 2);
}

#[tokio::test]
async fn a_checksum_becomes_part_of_the_form() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let mut body = image();
    body["checksum_sha256"] = json!("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    let announced = world.app.call(CREATE, announcing(&alice, &body)).await.created();
    let fields = &announced["upload"]["fields"];
    assert_eq!(fields["x-amz-checksum-sha256"], body["checksum_sha256"]);
    let policy = STANDARD.decode(fields["policy"].as_str().unwrap()).unwrap();
    let policy: Value = serde_json::from_slice(&policy).unwrap();
    let condition = json!({"x-amz-checksum-sha256": body["checksum_sha256"]});
    assert!(policy["conditions"].as_array().unwrap().contains(&condition));
}

#[tokio::test]
async fn what_cannot_be_uploaded_is_refused_and_leaves_nothing() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let with = |field: &str, value: Value| {
        let mut body = image();
        body[field] = value;
        body
    };
    for (body, expected) in [
        (json!({}), vec![("kind", "required"), ("content_type", "required"), ("size", "required")]),
        (with("kind", json!("picture")), vec![("kind", "invalid_value")]),
        (with("kind", json!(1)), vec![("kind", "wrong_type")]),
        (with("kind", json!("video")), vec![("content_type", "unsupported_type")]),
        (with("content_type", json!("image/svg+xml")), vec![("content_type", "unsupported_type")]),
        (with("content_type", json!("image/heic")), vec![("content_type", "unsupported_type")]),
        (with("content_type", json!("IMAGE/JPEG")), vec![("content_type", "unsupported_type")]),
        (with("content_type", json!("image/jpeg; q=1")), vec![("content_type", "unsupported_type")]),
        (with("content_type", json!("")), vec![("content_type", "unsupported_type")]),
        (with("content_type", json!(null)), vec![("content_type", "wrong_type")]),
        (
            json!({"kind": "file", "content_type": "text/html", "size": 1}),
            vec![("content_type", "unsupported_type")],
        ),
        (
            json!({"kind": "file", "content_type": "image/svg+xml", "size": 1}),
            vec![("content_type", "unsupported_type")],
        ),
        (with("size", json!(0)), vec![("size", "invalid_value")]),
        (with("size", json!(-1)), vec![("size", "invalid_value")]),
        (with("size", json!(104_857_601)), vec![("size", "too_large")]),
        (with("size", json!(1.5)), vec![("size", "wrong_type")]),
        (with("size", json!("1")), vec![("size", "wrong_type")]),
        (with("file_name", json!("a".repeat(256))), vec![("file_name", "too_long")]),
        (with("file_name", json!("  ")), vec![("file_name", "too_short")]),
        (with("file_name", json!("a/b")), vec![("file_name", "invalid_value")]),
        (with("file_name", json!("..\\b")), vec![("file_name", "invalid_value")]),
        (with("file_name", json!("..")), vec![("file_name", "invalid_value")]),
        (with("file_name", json!("a\nb")), vec![("file_name", "invalid_value")]),
        (with("file_name", json!("photo\u{202e}gpj.exe")), vec![("file_name", "invalid_value")]),
        (with("file_name", json!(7)), vec![("file_name", "wrong_type")]),
        (with("checksum_sha256", json!("abc")), vec![("checksum_sha256", "invalid_format")]),
        (
            with("checksum_sha256", json!("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=")),
            vec![("checksum_sha256", "invalid_format")],
        ),
        (with("id", json!(1)), vec![("id", "unknown_field")]),
        (with("status", json!("ready")), vec![("status", "unknown_field")]),
    ] {
        world.app.call(CREATE, announcing(&alice, &body)).await.invalid(&expected);
    }
    let answer = world.app.call(CREATE, announcing(&alice, &with("size", json!(104_857_601)))).await;
    assert_eq!(answer.json()["errors"][0]["max"], 104_857_600);
    let heic = world.app.call(CREATE, announcing(&alice, &with("content_type", json!("image/heic")))).await;
    assert!(heic.json()["errors"][0]["message"].as_str().unwrap().contains("image/jpeg"), "{heic}");
    assert_eq!(world.number("SELECT count(*) FROM media").await, 0);
    assert_eq!(world.number("SELECT count(*) FROM rate_limits").await, 0);
    world.app.call(CREATE, announcing(&alice, &with("size", json!(104_857_600)))).await.created();
}

#[tokio::test]
async fn whoever_has_no_live_session_announces_nothing() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    world.app.call(CREATE, Request::post(MEDIA, &image())).await.problem(401, "unauthenticated");
    world.behind("UPDATE sessions SET revoked_at = now()").await;
    world.app.call(CREATE, announcing(&alice, &image())).await.problem(401, "unauthenticated");
    assert_eq!(world.number("SELECT count(*) FROM media").await, 0);
    assert_eq!(world.number("SELECT count(*) FROM rate_limits").await, 0);
}

#[tokio::test]
async fn the_same_key_announces_one_upload() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let keyed = |who, body: &Value| announcing(who, body).with_header("idempotency-key", "upload-1");
    let first = world.app.call(CREATE, keyed(&alice, &image())).await;
    let second = world.app.call(CREATE, keyed(&alice, &image())).await;
    assert_eq!(first.created(), second.created());
    assert_eq!(second.headers["idempotency-replayed"], "true");
    assert_eq!(world.number("SELECT count(*) FROM media").await, 1);
    for (field, value) in
        [("size", json!(1235)), ("file_name", json!("other.jpg")), ("content_type", json!("image/png"))]
    {
        let mut other = image();
        other[field] = value;
        world.app.call(CREATE, keyed(&alice, &other)).await.problem(422, "idempotency_key_reused");
    }
    let bobs = world.app.call(CREATE, keyed(&bob, &image())).await.created();
    assert_ne!(bobs["media"]["id"], first.json()["media"]["id"]);
    assert_eq!(world.number("SELECT count(*) FROM media").await, 2);
    let kept = "SELECT count(*) FROM idempotency WHERE position(convert_to('pending', 'UTF8') IN sealed) > 0";
    assert_eq!(world.number(kept).await, 0, "what is kept is sealed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_at_once_announces_one_upload() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let alice = app.somebody("alice").await;
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let environment = app.cold_environment();
            tokio::spawn(async move {
                let request = announcing(&alice, &image()).with_header("idempotency-key", "at-once");
                request.through(&environment, CREATE).await.created()
            })
        })
        .collect();
    let mut answers = Vec::new();
    for answer in tries {
        answers.push(answer.await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let mut connection = app.connect().await;
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM media").fetch_one(&mut connection).await.unwrap();
    assert_eq!(rows, 1);
}
