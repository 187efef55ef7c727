//! `GET /v1/media/{media_id}`, in process.

use serde_json::{Value, json};
use shared::id::MediaId;
use testkit::{Request, Somebody, new_id};

use crate::talk::{GET, ONE, World};

/// Whether somebody may see a file; a no is the same as of one that does not exist.
async fn sees(world: &World, who: &Somebody, media: MediaId) -> bool {
    let answer = world.gets(who, media).await;
    if answer.status == 200 {
        return true;
    }
    answer.problem(404, "not_found");
    let nothing = world.gets(who, new_id().into()).await;
    assert_eq!(answer.masked(), nothing.masked());
    false
}

fn query(link: &Value) -> Vec<(String, String)> {
    let (_, query) = link.as_str().unwrap().split_once('?').unwrap();
    let pair = |part: &str| part.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    query.split('&').filter_map(pair).collect()
}

fn parameter(link: &Value, name: &str) -> Option<String> {
    query(link).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[tokio::test]
async fn a_picture_comes_with_links_that_say_how_each_form_is_served() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let picture = world.picture(&alice).await;
    world.gets(&alice, picture).await.ok();
    let round_trips = world.app.proxy.round_trips();
    let mut seen = world.gets(&alice, picture).await.ok();
    assert_eq!(world.app.proxy.round_trips() - round_trips, 1);
    assert_eq!(world.gets(&alice, picture).await.ok(), seen, "links of one minute are the same");

    let (url, variants) = (seen["url"].take(), seen["variants"].take());
    let expected = json!({
        "id": picture, "kind": "image", "status": "ready", "content_type": "image/webp", "size": 5, "width": 1000,
        "height": 500, "duration_ms": null, "thumbhash": "AQID", "file_name": "view.jpg", "url": null, "variants": null,
    });
    assert_eq!(seen, expected);
    for (link, content_type) in
        [(&url, "image%2Fwebp"), (&variants[0]["url"], "image%2Fwebp"), (&variants[1]["url"], "image%2Fjpeg")]
    {
        assert_eq!(parameter(link, "X-Amz-Expires").as_deref(), Some("300"));
        assert_eq!(parameter(link, "response-content-type").as_deref(), Some(content_type));
        assert_eq!(parameter(link, "response-content-disposition").as_deref(), Some("inline"));
        assert!(!link.as_str().unwrap().contains("view"), "what it was called stays out of logs: {link}");
        let key = link.as_str().unwrap().split_once('?').unwrap().0.split_once(".com/").unwrap().1;
        assert!(world.objects.stored(key).is_some(), "{key} is not in the bucket");
    }
    assert_eq!((&variants[0]["name"], &variants[0]["width"]), (&json!("w256_webp"), &json!(256)));
    assert_eq!((&variants[1]["name"], &variants[1]["height"]), (&json!("w640_jpeg"), &json!(320)));
}

#[tokio::test]
async fn whatever_we_did_not_encode_is_served_to_be_saved() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let file = world.file(&alice).await;
    let seen = world.gets(&alice, file).await.ok();
    let disposition = parameter(&seen["url"], "response-content-disposition").unwrap();
    assert_eq!(disposition, format!("attachment%3B%20filename%3D%22{file}.pdf%22"));
    assert_eq!(parameter(&seen["url"], "response-content-type").as_deref(), Some("application%2Fpdf"));
}

#[tokio::test]
async fn only_what_is_ready_has_a_link() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let media = world.uploaded(&alice).await;
    for (status, told) in [
        ("pending", "pending"),
        ("uploaded", "processing"),
        ("processing", "processing"),
        ("failed", "failed"),
    ] {
        let failure = if status == "failed" { "'damaged'" } else { "NULL" };
        world
            .behind(format!(
                "UPDATE media SET status = '{status}', failure = {failure}, run_id = gen_random_uuid()"
            ))
            .await;
        let seen = world.gets(&alice, media).await.ok();
        assert_eq!(
            (&seen["status"], &seen["url"], &seen["variants"]),
            (&json!(told), &Value::Null, &json!([]))
        );
        assert_eq!(seen.get("failure").is_some(), status == "failed");
    }
}

#[tokio::test]
async fn a_file_is_seen_by_its_uploader_and_by_members_who_may_read_the_message() {
    let world = World::start().await;
    let app = &world.app;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (carol, mallory) = (app.somebody("carol").await, app.somebody("mallory").await);
    let picture = world.picture(&alice).await;
    assert!(sees(&world, &alice, picture).await);
    assert!(!sees(&world, &bob, picture).await, "it is not sent yet");
    let group = app.group(&[&alice, &bob]).await;
    let elsewhere = app.group(&[&carol, &mallory]).await;
    let seq = world.sent(&alice, group, "image", &[picture]).await;
    assert!(sees(&world, &bob, picture).await);
    assert!(!sees(&world, &mallory, picture).await);

    // Who joins later sees what is sent later.
    world
        .behind(format!(
            "INSERT INTO members (conversation_id, user_id, role, joined_seq) VALUES ('{group}', '{}', 'member', {seq})",
            carol.id
        ))
        .await;
    assert!(!sees(&world, &carol, picture).await);
    let second = world.sent(&alice, group, "image", &[picture]).await;
    assert!(sees(&world, &carol, picture).await);
    world.behind(format!("UPDATE messages SET expires_at = now() WHERE seq = {second}")).await;
    assert!(!sees(&world, &carol, picture).await);
    world.behind("UPDATE messages SET expires_at = NULL".to_owned()).await;

    // Who has deleted the message for themselves has.
    let hide = |seq: i64| {
        format!(
            "INSERT INTO hidden_messages (conversation_id, seq, user_id) VALUES ('{group}', {seq}, '{}')",
            bob.id
        )
    };
    world.behind(hide(seq)).await;
    assert!(sees(&world, &bob, picture).await, "the second message still shows it");
    world.behind(hide(second)).await;
    assert!(!sees(&world, &bob, picture).await);

    // Who leaves sees nothing any more.
    world.behind(format!("UPDATE members SET left_at = now() WHERE user_id = '{}'", carol.id)).await;
    assert!(!sees(&world, &carol, picture).await);
    world.behind(format!("UPDATE members SET left_at = NULL WHERE conversation_id = '{group}'")).await;
    assert!(sees(&world, &carol, picture).await);
    world.behind("UPDATE messages SET deleted_at = now(), sealed = NULL".to_owned()).await;
    assert!(!sees(&world, &carol, picture).await);
    assert!(sees(&world, &alice, picture).await);
    let _ = elsewhere;
}

#[tokio::test]
async fn a_picture_is_seen_by_whoever_may_see_whose_it_is() {
    let world = World::start().await;
    let app = &world.app;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let mallory = app.somebody("mallory").await;
    let (face, badge) = (world.picture(&alice).await, world.picture(&alice).await);
    let group = app.group(&[&alice, &bob]).await;
    world.behind(format!("UPDATE users SET avatar_media_id = '{face}' WHERE id = '{}'", alice.id)).await;
    world.behind(format!("UPDATE conversations SET avatar_media_id = '{badge}' WHERE id = '{group}'")).await;
    assert!(sees(&world, &mallory, face).await);
    assert!(sees(&world, &bob, badge).await);
    assert!(!sees(&world, &mallory, badge).await);
    world.behind(format!("UPDATE users SET avatar_media_id = NULL WHERE id = '{}'", alice.id)).await;
    assert!(!sees(&world, &mallory, face).await);
}

#[tokio::test]
async fn whoever_has_no_live_session_sees_nothing() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let picture = world.picture(&alice).await;
    let request = Request::get(ONE).at("media_id", picture);
    world.app.call(GET, request).await.problem(401, "unauthenticated");
    world.behind("UPDATE sessions SET revoked_at = now()").await;
    world.gets(&alice, picture).await.problem(401, "unauthenticated");
    let request = Request::get(ONE).at("media_id", "x").by(&alice);
    world.app.call(GET, request).await.invalid(&[("media_id", "invalid_format")]);
}
