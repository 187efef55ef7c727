use chain::{PublicKey, export};
use http::Method;
use serde_json::{Value, json};
use testkit::{Gateway, User};
use uuid::Uuid;

use super::list_admin_users::of_role;
use super::list_audit_events::all;

/// A call of the bucket by an operator.
async fn s3(app: &Gateway, method: Method, path: &str) -> (u16, String) {
    let bucket = app.stack().checkpoint_bucket.as_deref().unwrap();
    app.aws("s3", method, &format!("/{bucket}{path}"), &[], String::new()).await
}

/// Checks the log to its end; the last answer. No answer may find anything.
async fn verify(auditor: &User) -> Value {
    let mut after = json!(0);
    loop {
        let answer = auditor.get(&format!("/v1/admin/audit/verify?after_seq={after}")).await.ok();
        assert_eq!((&answer["valid"], &answer["problems"]), (&json!(true), &json!([])), "{answer}");
        match answer.get("next_after_seq") {
            Some(next) => after = next.clone(),
            None => return answer,
        }
    }
}

/// The names of the elements' contents in an answer of S3.
fn elements<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(&open).skip(1).filter_map(|rest| rest.split_once(&close)).map(|(text, _)| text).collect()
}

/// As an export is saved.
fn lines(items: &[Value]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_happens_is_chained_signed_and_found_whole() {
    let app = Gateway::start().await;
    let (auditor, alice) = (of_role(&app, "auditor", "auditor").await, app.registers("alice").await);
    app.invokes("chain_audit", &json!({})).await;
    let created = all(&auditor, &format!("subject_id={}&event=user_created", alice.id)).await;
    let seq = created[0]["chain"]["seq"].as_i64().unwrap();
    let verified = verify(&auditor).await;
    assert!(verified["checked_to"].as_i64().unwrap() >= seq, "{verified}");
    let signed = &verified["checkpoint"];
    assert!(signed["seq"].as_i64().unwrap() >= seq && signed["verified"] == true, "{verified}");
}

#[tokio::test]
async fn an_export_is_checked_without_us() {
    let app = Gateway::start().await;
    let auditor = of_role(&app, "auditor", "auditor").await;
    app.invokes("chain_audit", &json!({})).await;
    let chain: Uuid = serde_json::from_value(verify(&auditor).await["chain_id"].clone()).unwrap();

    // The checkpoints first: what they cover is in the export then.
    let (_, listed) = s3(&app, Method::GET, &format!("?list-type=2&prefix={chain}")).await;
    let mut objects = Vec::new();
    for key in elements(&listed, "Key") {
        let (status, object) = s3(&app, Method::GET, &format!("/{key}")).await;
        assert_eq!(status, 200);
        objects.push((key.to_owned(), object.into_bytes()));
    }
    let key = public_key(&app).await;
    let items = all(&auditor, "").await;
    let export = lines(&items);
    let report = export::verify(&export, &objects, &key, Some(chain));
    assert_eq!(report.problems, Vec::<String>::new());
    assert!(report.covered.is_some_and(|seq| seq > 0) && report.entries > 0, "{report:?}");

    let mut forged = items;
    let chained = forged.iter_mut().find(|item| item["chain"].is_object()).unwrap();
    chained["event"] = json!("nothing_happened");
    let expected = format!("entry {} is of an event that says something else now", chained["chain"]["seq"]);
    assert_eq!(export::verify(&lines(&forged), &objects, &key, Some(chain)).problems, [expected]);
}

/// The key as `aws kms get-public-key` gives it.
async fn public_key(app: &Gateway) -> PublicKey {
    let headers =
        [("x-amz-target", "TrentService.GetPublicKey"), ("content-type", "application/x-amz-json-1.1")];
    let body = json!({"KeyId": app.stack().audit_key_id}).to_string();
    let (_, answer) = app.aws("kms", Method::POST, "/", &headers, body).await;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let der = answer["PublicKey"].as_str().unwrap_or_else(|| panic!("{answer}"));
    PublicKey::from_pem(&format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n")).unwrap()
}

#[tokio::test]
async fn nobody_takes_a_checkpoint_out_of_the_bucket() {
    let app = Gateway::start().await;
    let auditor = of_role(&app, "auditor", "auditor").await;
    app.invokes("chain_audit", &json!({})).await;
    let chain = verify(&auditor).await["chain_id"].clone();
    let newest = format!("?versions&max-keys=1&prefix={}", chain.as_str().unwrap());
    let (_, listed) = s3(&app, Method::GET, &newest).await;
    let (key, version) = (elements(&listed, "Key")[0], elements(&listed, "VersionId")[0]);
    let (status, answer) = s3(&app, Method::DELETE, &format!("/{key}?versionId={version}")).await;
    assert_eq!(status, 403, "{answer}");
    let (status, _) = s3(&app, Method::GET, &format!("/{key}")).await;
    assert_eq!(status, 200);
}
