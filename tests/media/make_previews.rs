use std::time::Duration;

use aws_credential_types::Credentials;
use http::Method;
use serde_json::{Value, json};
use shared::aws::AwsAccess;
use shared::crypto::{AwsKms, Kms, KmsFailure, Purpose, WrappedKey};
use testkit::{Gateway, User};

use crate::admin::list_admin_users::of_role;
use crate::admin::list_workers::told;

/// Uploads of the burst, and how many of its users send theirs side by side.
const BURST: usize = 200;
const USERS: usize = 8;
/// Workers at once: `MaximumConcurrency` of the queue `media` in template.yaml.
const WORKERS: i64 = 10;
/// Looks of a hundred milliseconds before a test gives up: four minutes.
const LOOKS: u32 = 2_400;

/// A small picture that no other is like.
fn picture(number: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 24, 16);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&[number; 24 * 16]).unwrap();
    bytes
}

/// Announces a file and sends it, but does not wait for what becomes of it; its id.
async fn sends(app: &Gateway, user: &User, file: &[u8]) -> String {
    let body = json!({"kind": "image", "content_type": "image/png", "size": file.len()});
    let announced = user.post("/v1/media", &body).await.created();
    let upload = &announced["upload"];
    let sent = app.sends_form(upload["url"].as_str().unwrap(), &upload["fields"], file).await;
    assert_eq!(sent.status, 204, "{sent}");
    announced["media"]["id"].as_str().unwrap().to_owned()
}

/// What has become of the files of these users so far.
#[derive(sqlx::FromRow)]
struct Progress {
    ended: i64,
    processing: i64,
}

async fn progress(app: &Gateway, users: &[User]) -> Progress {
    let ids: Vec<uuid::Uuid> = users.iter().map(|user| user.id).collect();
    sqlx::query_as(
        "SELECT count(*) FILTER (WHERE status IN ('ready', 'failed')) AS ended,
                count(*) FILTER (WHERE status = 'processing') AS processing
         FROM media WHERE owner_id = ANY ($1)",
    )
    .bind(ids)
    .fetch_one(&mut app.database().await)
    .await
    .unwrap()
}

/// Two hundred at once wait for workers, of which there are ten, and for nothing else: none is tried twice, none ends among the dead
/// letters.
#[tokio::test]
async fn a_burst_of_uploads_drains_without_a_failure() {
    let app = Gateway::start().await;
    let admin = of_role(&app, "admin", "admin").await;
    let mut users = Vec::new();
    for _ in 0..USERS {
        users.push(app.registers("burst").await);
    }
    let dead_before = told(&admin, "media").await["dead_letters"].clone();
    let each = |user: User| async move {
        let app = Gateway::start().await;
        for number in 0..BURST / USERS {
            sends(&app, &user, &picture(u8::try_from(number).unwrap())).await;
        }
    };
    let tasks: Vec<_> = users.iter().cloned().map(|user| tokio::spawn(each(user))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    let (mut looks, mut most_at_once) = (0, 0);
    loop {
        let Progress { ended, processing } = progress(&app, &users).await;
        most_at_once = most_at_once.max(processing);
        if usize::try_from(ended).unwrap() == BURST {
            break;
        }
        looks += 1;
        assert!(looks < LOOKS, "{ended} of {BURST} have ended");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("{most_at_once} at once");
    assert!(most_at_once <= WORKERS, "{most_at_once} at once");
    let ids: Vec<uuid::Uuid> = users.iter().map(|user| user.id).collect();
    let counts: (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE status = 'ready'), sum(attempts)::bigint,
                (SELECT count(*) FROM outbox WHERE type = 'media.ready' AND user_id = ANY ($1)),
                (SELECT count(*) FROM media_variants AS variant JOIN media AS file ON file.id = variant.media_id
                 WHERE file.owner_id = ANY ($1))
         FROM media WHERE owner_id = ANY ($1)",
    )
    .bind(ids)
    .fetch_one(&mut app.database().await)
    .await
    .unwrap();
    let all = i64::try_from(BURST).unwrap();
    assert_eq!(counts, (all, all, all, 2 * all), "ready, tried, told, smaller forms");
    assert_eq!(told(&admin, "media").await["dead_letters"], dead_before);
}

/// What the bucket tells of an upload, as the queue holds it.
fn event(media: &str, sequencer: &str) -> String {
    let object = json!({"key": format!("pending%2F{media}"), "size": 1, "sequencer": sequencer});
    json!({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Post", "s3": {"object": object}}]})
        .to_string()
}

/// The keys of what is stored of a file.
async fn stored(app: &Gateway, media: &str) -> Vec<String> {
    let bucket = app.stack().bucket.as_ref().unwrap();
    let path = format!("/{bucket}?list-type=2&prefix=media/{media}/");
    let (status, listed) = app.aws("s3", Method::GET, &path, &[], String::new()).await;
    assert_eq!(status, 200, "{listed}");
    listed
        .split("<Key>")
        .skip(1)
        .filter_map(|rest| rest.split_once("</Key>"))
        .map(|(key, _)| key.to_owned())
        .collect()
}

#[tokio::test]
async fn events_delivered_three_times_and_in_reverse_give_one_result() {
    let app = Gateway::start().await;
    let admin = of_role(&app, "admin", "admin").await;
    let alice = app.registers("alice").await;
    let users = [alice.clone()];
    let mut files = Vec::new();
    for number in 0..3 {
        files.push(sends(&app, &alice, &picture(number)).await);
    }
    // Beside the bucket's own, each of which is under way or was just delivered.
    let url = &app.stack().queues["MediaQueue"];
    for sequencer in ["02", "01", "00"] {
        for media in files.iter().rev() {
            let body = json!({"QueueUrl": url, "MessageBody": event(media, sequencer)}).to_string();
            let headers =
                [("x-amz-target", "AmazonSQS.SendMessage"), ("content-type", "application/x-amz-json-1.0")];
            let (status, answer) = app.aws("sqs", Method::POST, "/", &headers, body).await;
            assert_eq!(status, 200, "{answer}");
        }
    }
    let mut looks = 0;
    loop {
        let queue = told(&admin, "media").await;
        let rests = queue["waiting"] == 0 && queue["in_flight"] == 0;
        if rests && progress(&app, &users).await.ended == 3 {
            break;
        }
        looks += 1;
        assert!(looks < LOOKS, "{queue}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for media in &files {
        let seen: Value = alice.get(&format!("/v1/media/{media}")).await.ok();
        assert_eq!((&seen["status"], seen["variants"].as_array().map(Vec::len)), (&json!("ready"), Some(2)));
        let keys = stored(&app, media).await;
        assert_eq!(keys.len(), 3, "{keys:?}");
        for link in [&seen["url"], &seen["variants"][0]["url"], &seen["variants"][1]["url"]] {
            assert_eq!(app.follows(link.as_str().unwrap()).await.status, 200);
        }
    }
    let (tried, told_of): (i64, i64) = sqlx::query_as(
        "SELECT sum(attempts)::bigint, (SELECT count(*) FROM outbox WHERE type LIKE 'media.%' AND user_id = $1)
         FROM media WHERE owner_id = $1",
    )
    .bind(alice.id)
    .fetch_one(&mut app.database().await)
    .await
    .unwrap();
    assert_eq!((tried, told_of), (3, 3));
}

/// A call of IAM or STS by who deploys.
async fn asks(app: &Gateway, service: &str, version: &str, call: &[(&str, &str)]) -> String {
    let escaped = |text: &str| {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect::<String>()
    };
    let fields = call
        .iter()
        .copied()
        .chain([("Version", version)])
        .map(|(name, value)| format!("{name}={}", escaped(value)));
    let body = fields.collect::<Vec<_>>().join("&");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let (status, answer) = app.aws(service, Method::POST, "/", &form, body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

/// The key service with the rights of a function, and nothing else: with credentials of its role.
async fn key_service_of(app: &Gateway, binary: &str) -> AwsKms {
    let path = format!("/2015-03-31/functions/{}/configuration", app.stack().functions[binary]);
    let (_, function) = app.aws("lambda", Method::GET, &path, &[], String::new()).await;
    let function: Value = serde_json::from_str(&function).unwrap();
    let role = function["Role"].as_str().unwrap();
    let (account, name) = (role.split(':').nth(4).unwrap(), role.rsplit('/').next().unwrap());
    let trusts = async |who: Value| {
        let statement = json!({"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"});
        let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let call = [("Action", "UpdateAssumeRolePolicy"), ("RoleName", name), ("PolicyDocument", &policy)];
        asks(app, "iam", "2010-05-08", &call).await;
    };
    let lambda = "lambda.amazonaws.com";
    trusts(json!({"Service": lambda, "AWS": format!("arn:aws:iam::{account}:root")})).await;
    let call = [("Action", "AssumeRole"), ("RoleArn", role), ("RoleSessionName", "test")];
    let answer = asks(app, "sts", "2011-06-15", &call).await;
    trusts(json!({"Service": lambda})).await;
    let part = |name: &str| {
        let after = answer.split(&format!("<{name}>")).nth(1).unwrap();
        after.split('<').next().unwrap().to_owned()
    };
    let [id, secret, token] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(part);
    let access = AwsAccess {
        region: app.stack().region.clone(),
        credentials: Credentials::new(id, secret, Some(token), None, "role"),
        endpoint_url: Some(app.stack().aws_endpoint_url.clone()),
    };
    AwsKms::new(access, |_| None)
}

/// The stack decides by policies, so what is refused here is refused to whoever has taken over the worker (docs/decisions/0065).
#[tokio::test]
async fn its_role_opens_the_keys_of_files_and_no_others() {
    let app = Gateway::start().await;
    let keys: Vec<(uuid::Uuid, String, Vec<u8>, String)> =
        sqlx::query_as("SELECT id, purpose, wrapped, kms_key FROM keys.keyring WHERE state = 'active'")
            .fetch_all(&mut app.database().await)
            .await
            .unwrap();
    assert_eq!(keys.len(), 3);
    let worker = key_service_of(&app, "make_previews").await;
    let reader = key_service_of(&app, "list_messages").await;
    for (id, purpose, blob, kms_key) in keys {
        let purpose = Purpose::named(&purpose).unwrap();
        let wrapped = WrappedKey { id: id.into(), purpose, blob, kms_key };
        let opened = worker.unwrap(&wrapped).await;
        let read = reader.unwrap(&wrapped).await;
        assert_eq!(opened.is_ok(), purpose == Purpose::Media, "{purpose:?}: {opened:?}");
        // Not because the stack refuses everybody.
        assert_eq!(read.is_ok(), purpose != Purpose::Credentials, "{purpose:?}: {read:?}");
        if purpose != Purpose::Media {
            let denied =
                |failure: &KmsFailure| *failure == KmsFailure::Refused("AccessDeniedException".to_owned());
            assert!(opened.as_ref().is_err_and(denied), "{purpose:?}: {opened:?}");
            let as_if = WrappedKey { purpose: Purpose::Media, ..wrapped };
            worker.unwrap(&as_if).await.unwrap_err();
        }
    }
}
