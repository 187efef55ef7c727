use std::time::Duration;

use aws_credential_types::Credentials;
use serde_json::{Value, json};
use shared::aws::AwsAccess;
use shared::clock::{Clock, SystemClock};
use shared::sigv4::{Form, Signer, Upload};
use testkit::{Gateway, new_id};

#[tokio::test]
async fn a_file_is_uploaded_looked_at_and_served() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let file: Vec<u8> = (0..300_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
    let media = app.uploads(&alice, "file", "application/pdf", &file).await;
    assert_eq!((&media["status"], &media["size"]), (&json!("ready"), &json!(300_000)));
    assert_eq!(
        (&media["file_name"], &media["content_type"]),
        (&json!("view.jpg"), &json!("application/pdf"))
    );
    let link = media["url"].as_str().unwrap();
    let served = app.follows(link).await;
    assert_eq!(served.status, 200, "{:?}", served.headers);
    assert_eq!(served.body, file);
    let id = media["id"].as_str().unwrap();
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("content-disposition", &format!("attachment; filename=\"{id}.pdf\"")),
        ("x-amz-server-side-encryption", "aws:kms"),
    ] {
        assert_eq!(served.headers[name], value, "{:?}", served.headers);
    }
    let part = app.follows_in_part(link, "bytes=1000-1999").await;
    assert_eq!((part.status, &part.body[..]), (206, &file[1_000..2_000]));
    assert_eq!(part.headers["content-range"], "bytes 1000-1999/300000");
    // Its uploader is told.
    let changes = alice.get("/v1/sync").await.ok();
    assert!(changes["next"].is_string());
    let told: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM outbox WHERE type = 'media.ready' AND user_id = $1 AND media_id = $2::uuid",
    )
    .bind(alice.id)
    .bind(id.parse::<uuid::Uuid>().unwrap())
    .fetch_one(&mut app.database().await)
    .await
    .unwrap();
    assert_eq!(told, 1);
}

/// The store itself holds a form to what was announced.
#[tokio::test]
async fn what_was_not_announced_is_refused_by_the_store() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let body = json!({"kind": "file", "content_type": "text/plain", "size": 5});
    let announced = alice.post("/v1/media", &body).await.created();
    let (url, fields) = (announced["upload"]["url"].as_str().unwrap(), &announced["upload"]["fields"]);
    let with = |name: &str, value: &str| {
        let mut fields = fields.clone();
        fields[name] = json!(value);
        fields
    };
    let other_key = format!("pending/{}", new_id());
    for (fields, file) in [
        (fields.clone(), "larger"),
        (fields.clone(), "less"),
        (with("Content-Type", "text/html"), "hello"),
        (with("key", &other_key), "hello"),
        (with("key", "media/somewhere/else"), "hello"),
        (with("x-amz-signature", &"0".repeat(64)), "hello"),
        (with("acl", "public-read"), "hello"),
    ] {
        let answer = app.sends_form(url, &fields, file.as_bytes()).await;
        assert!((400..500).contains(&answer.status), "{fields} {file}: {answer}");
    }
    let path = format!("/v1/media/{}", announced["media"]["id"].as_str().unwrap());
    let media: Value = alice.get(&path).await.ok();
    assert_eq!(media, announced["media"]);
    let answer = app.sends_form(url, fields, b"hello").await;
    assert_eq!(answer.status, 204, "{answer}");
}

/// S3 compares what comes with the checksum of the form; a store that does not is no way around it.
#[tokio::test]
async fn a_file_that_is_another_than_was_announced_is_never_served() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    // Of `hello`.
    let checksum = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    let body = json!({"kind": "file", "content_type": "text/plain", "size": 5, "checksum_sha256": checksum});
    for (file, expected) in [("hello", "ready"), ("HELLO", "failed")] {
        let announced = alice.post("/v1/media", &body).await.created();
        let upload = &announced["upload"];
        let sent = app.sends_form(upload["url"].as_str().unwrap(), &upload["fields"], file.as_bytes()).await;
        // The emulator's store is one.
        assert_eq!(sent.status, 204, "{sent}");
        let media = app.looked_at(&alice, announced["media"]["id"].as_str().unwrap()).await;
        assert_eq!(media["status"], expected, "{media}");
        assert!(expected == "ready" || media["failure"] == "checksum_mismatch", "{media}");
    }
}

/// By one with all rights, so that it is the time alone that the store refuses.
#[tokio::test]
async fn a_form_whose_time_is_over_is_refused_by_the_store() {
    let app = Gateway::start().await;
    let stack = app.stack();
    let access = AwsAccess {
        region: stack.region.clone(),
        credentials: Credentials::new("test", "test", None, None, "test"),
        endpoint_url: Some(stack.aws_endpoint_url.clone()),
    };
    let signer = Signer::new(access, stack.bucket.clone().unwrap());
    let key = format!("pending/{}", new_id());
    let upload = Upload { key: &key, content_type: "text/plain", size: 5, checksum_sha256: None };
    let now = SystemClock::start().now();
    let begun = now - Duration::from_mins(6);
    for (until, expected) in [(begun + Duration::from_mins(5), 403), (now + Duration::from_mins(5), 204)] {
        let Form { url, fields } = signer.form(&upload, begun, until);
        let answer = app.sends_form(&url, &json!(fields), b"hello").await;
        assert_eq!(answer.status, expected, "{answer}");
    }
}
