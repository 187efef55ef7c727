//! S3: what is stored for clients, and what is locked.

use std::time::Duration;

use aws_sdk_s3::types::{
    DefaultRetention, ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRetentionMode, ObjectLockRule,
};
use shared::clock::{Clock, SystemClock};
use shared::locked::{AwsLockedBucket, LockedBucket};
use shared::objects::{Attachment, AwsObjects, Objects};
use testkit::{http_client, new_id};

use crate::world::{access, s3};

const ZIP: Attachment = Attachment { content_type: "application/zip", file_name: "talkify.zip" };

/// A file with this content, which goes when the test ends.
struct File(std::path::PathBuf);

impl File {
    fn of(content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("talkify-{}", new_id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn bucket() -> (AwsObjects, String) {
    let name = format!("objects-{}", new_id());
    s3().await.create_bucket().bucket(&name).send().await.unwrap();
    (AwsObjects::new(access().await, name.clone(), None), name)
}

async fn keys(bucket: &str) -> Vec<String> {
    let listed = s3().await.list_objects_v2().bucket(bucket).send().await.unwrap();
    listed.contents().iter().filter_map(|object| object.key().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_file_is_stored_and_fetched_by_its_link_and_by_no_other() {
    let (objects, _) = bucket().await;
    let (file, other) = (File::of(b"the archive"), File::of(b"another"));
    objects.put("user/run.zip", &file.0, ZIP).await.unwrap();
    objects.put("user/other.zip", &other.0, ZIP).await.unwrap();
    let link =
        objects.link("user/run.zip", SystemClock::start().now(), Duration::from_mins(5)).await.unwrap();
    let http = http_client();
    let answer = http.get(&link).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{link}");
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"talkify.zip\"");
    assert_eq!(answer.bytes().await.unwrap(), "the archive");
    // Turned to another object, or without a signature, it leads nowhere.
    let turned = link.replace("run.zip", "other.zip");
    assert_eq!(http.get(&turned).send().await.unwrap().status(), 403);
    let late = SystemClock::start().now() - Duration::from_hours(1);
    let expired = objects.link("user/run.zip", late, Duration::from_mins(5)).await.unwrap();
    assert_eq!(http.get(&expired).send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn what_begins_with_a_prefix_is_deleted_and_nothing_else() {
    let (objects, name) = bucket().await;
    let file = File::of(b"content");
    for key in ["one/a", "one/b", "one/c/d", "onerous", "two/a"] {
        objects.put(key, &file.0, ZIP).await.unwrap();
    }
    objects.delete_all("one/").await.unwrap();
    objects.delete_all("nothing/").await.unwrap();
    assert_eq!(keys(&name).await, ["onerous", "two/a"]);
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_a_failure_and_no_panic() {
    let objects = AwsObjects::new(access().await, format!("missing-{}", new_id()), None);
    let file = File::of(b"content");
    let failure = objects.put("key", &file.0, ZIP).await.unwrap_err();
    assert!(failure.0.contains("NoSuchBucket"), "{failure}");
    objects.delete_all("key").await.unwrap_err();
}

#[tokio::test]
async fn what_is_locked_is_kept_listed_and_given_back() {
    let (s3, name) = (s3().await, format!("locked-{}", new_id()));
    s3.create_bucket().bucket(&name).object_lock_enabled_for_bucket(true).send().await.unwrap();
    let retention = DefaultRetention::builder().mode(ObjectLockRetentionMode::Compliance).days(1).build();
    let rule = ObjectLockRule::builder().default_retention(retention).build();
    let lock =
        ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled).rule(rule).build();
    s3.put_object_lock_configuration().bucket(&name).object_lock_configuration(lock).send().await.unwrap();

    let locked = AwsLockedBucket::new(access().await, name.clone());
    for key in ["deployment/2", "deployment/1", "other/1"] {
        locked.put(key.to_owned(), format!("{{\"in\":\"{key}\"}}")).await.unwrap();
    }
    let versions = locked.versions("deployment/", "", 10).await.unwrap();
    let names: Vec<_> = versions.iter().map(|version| version.name.as_str()).collect();
    assert_eq!(names, ["deployment/1", "deployment/2"]);
    assert_eq!(locked.get(&versions[0]).await.unwrap(), b"{\"in\":\"deployment/1\"}");
    let later = locked.versions("deployment/", "deployment/1", 10).await.unwrap();
    assert_eq!(later, versions[1..]);
    assert_eq!(locked.folders(10).await.unwrap(), ["deployment", "other"]);

    // Nobody deletes a version before its time; the mark of a deletion hides nothing.
    let taken = s3.delete_object().bucket(&name).key("deployment/1").version_id(&versions[0].id).send().await;
    taken.unwrap_err();
    s3.delete_object().bucket(&name).key("deployment/1").send().await.unwrap();
    let versions = locked.versions("deployment/", "", 10).await.unwrap();
    let kept =
        versions.iter().find(|version| version.name == "deployment/1" && !version.is_deletion).unwrap();
    assert_eq!(locked.get(kept).await.unwrap(), b"{\"in\":\"deployment/1\"}");
    assert!(versions.iter().any(|version| version.is_deletion));
}
