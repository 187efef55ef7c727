//! `DELETE /v1/conversations/{conversation_id}/messages/{message_id}`, in process.

use conversations_of::list;
use serde_json::{Value, json};
use testkit::{Request, Somebody, TestApp, new_id};

use crate::talk::*;

/// What the list of conversations shows, by the view that it reads.
mod conversations_of {
    use testkit::{Somebody, TestApp};

    pub async fn list(app: &TestApp, somebody: &Somebody) -> Vec<Option<i64>> {
        sqlx::query_scalar("SELECT last_message_seq FROM own_conversations WHERE user_id = $1")
            .bind(somebody.id.0)
            .fetch_all(&mut app.connect().await)
            .await
            .unwrap()
    }
}

async fn two(app: &TestApp) -> (Somebody, Somebody) {
    (app.somebody("alice").await, app.somebody("bob").await)
}

#[tokio::test]
async fn deleted_for_all_it_keeps_its_place_and_nothing_else() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let first = sent(&app, &bob, conversation, "first").await;
    let image = upload(&app, &alice, "image", "ready").await;
    let whole =
        json!({"media_ids": [image], "text": "caption", "reply_to": first["id"], "mentions": ["all"]});
    let message = send(&app, &alice, conversation, &body("image", &whole)).await.created();
    app.call(EDIT, editing(&alice, &message, "caption 2", 1)).await.ok();
    app.call(REACT, reacting(&bob, &message, "👍")).await.ok();
    app.call(SET_PIN, pinning(&bob, &message)).await.ok();

    delete_for_all(&app, &alice, &message).await;
    let gone = get(&app, &bob, &message).await.ok();
    let expected = json!({"text": null, "media": [], "location": null, "reply_to": null, "mentions": [], "reactions": [],
        "pinned": false, "seq": 2, "version": 2, "type": "image"});
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&gone[name], value, "{name}");
    }
    assert!(gone["deleted_at"].is_string());
    assert_eq!(gone.get("error"), None);
    for table in ["message_revisions", "message_media", "mentions", "reactions", "pins"] {
        assert_eq!(number(&app, format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(number(&app, "SELECT pin_count::bigint FROM conversations").await, 0);
    assert_eq!(number(&app, "SELECT count(*) FROM messages WHERE sealed IS NOT NULL").await, 1);
    assert_eq!(number(&app, "SELECT count(*) FROM media").await, 1, "the upload may be in other messages");
    assert_eq!(events(&app, conversation).await.last().unwrap(), "message.deleted");
    let page = app.call(LIST, Request::get(MESSAGES).at("conversation_id", conversation).by(&bob)).await.ok();
    assert_eq!(page["items"][0], gone);

    let before = traces(&app).await;
    delete_for_all(&app, &alice, &message).await;
    assert_eq!(traces(&app).await, before, "deleting again changes nothing");
}

#[tokio::test]
async fn the_author_and_those_who_look_after_the_group_delete_for_all() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let (carol, eve) = (app.somebody("carol").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice, &bob, &carol]).await;
    behind(&app, format!("UPDATE members SET role = 'admin' WHERE user_id = '{}'", carol.id)).await;
    let of_owner = sent(&app, &alice, conversation, "the owner's").await;
    let before = traces(&app).await;
    app.call(DELETE, deleting(&bob, &of_owner, "all")).await.problem(403, "role_required");
    let foreign = app.call(DELETE, deleting(&eve, &of_owner, "all")).await;
    foreign.problem(404, "not_found");
    let random = json!({"conversation_id": conversation, "id": new_id()});
    assert_eq!(app.call(DELETE, deleting(&eve, &random, "all")).await.masked(), foreign.masked());
    assert_eq!(traces(&app).await, before);
    assert_eq!(number(&app, "SELECT count(*) FROM audit_events WHERE event = 'authz_fail'").await, 1);

    delete_for_all(&app, &carol, &of_owner).await;
    let of_bob = sent(&app, &bob, conversation, "bob's").await;
    delete_for_all(&app, &alice, &of_bob).await;
    let of_bob = sent(&app, &bob, conversation, "bob's").await;
    delete_for_all(&app, &bob, &of_bob).await;

    // In a direct conversation nobody looks after the other.
    let direct = direct(&app, &bob, &carol).await;
    let message = sent(&app, &bob, direct, "bob's").await;
    app.call(DELETE, deleting(&carol, &message, "all")).await.problem(403, "role_required");
}

#[tokio::test]
async fn deleted_for_me_it_is_gone_for_me_alone() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    for number in 1..=3 {
        sent(&app, &alice, conversation, &number.to_string()).await;
    }
    let page = |somebody: &Somebody, query: &str| {
        Request::get(MESSAGES).at("conversation_id", conversation).by(somebody).with_query(query)
    };
    let all = app.call(LIST, page(&alice, "")).await.ok();
    let last = all["items"][0].clone();
    app.call(DELETE, deleting(&bob, &last, "me")).await;
    // Without a word it is for oneself; again it changes nothing.
    let before = traces(&app).await;
    assert_eq!(app.call(DELETE, about(Request::delete(MESSAGE), &bob, &last)).await.status, 204);
    assert_eq!(traces(&app).await, before);

    let seqs = |page: &Value| {
        page["items"].as_array().unwrap().iter().map(|one| one["seq"].clone()).collect::<Vec<_>>()
    };
    let of_bob = app.call(LIST, page(&bob, "")).await.ok();
    assert_eq!(seqs(&of_bob), [json!(2), json!(1)]);
    let newest = app.call(LIST, page(&bob, "after_seq=2")).await.ok();
    assert_eq!((seqs(&newest), &newest["has_more_after"]), (vec![], &json!(false)));
    let middle = app.call(LIST, page(&bob, "limit=1&before_seq=3")).await.ok();
    assert_eq!(
        (seqs(&middle), &middle["has_more_after"], &middle["has_more_before"]),
        (vec![json!(2)], &json!(false), &json!(true))
    );
    get(&app, &bob, &last).await.problem(404, "not_found");
    assert_eq!(list(&app, &bob).await, [Some(2)]);
    assert_eq!(list(&app, &alice).await, [Some(3)]);
    assert_eq!(app.call(LIST, page(&alice, "")).await.ok(), all);
    assert_eq!(events(&app, conversation).await, ["message.created"; 3], "it is no change for anybody else");

    // What one has hidden one can still take from everybody.
    app.call(DELETE, deleting(&alice, &last, "me")).await;
    delete_for_all(&app, &alice, &last).await;
}

#[tokio::test]
async fn a_page_without_anything_left_is_empty() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let only = sent(&app, &alice, conversation, "only").await;
    app.call(DELETE, deleting(&alice, &only, "me")).await;
    let page =
        app.call(LIST, Request::get(MESSAGES).at("conversation_id", conversation).by(&alice)).await.ok();
    assert_eq!(page, json!({"items": [], "has_more_before": false, "has_more_after": false}));
    assert_eq!(list(&app, &alice).await, [None]);
}

#[tokio::test]
async fn what_the_service_wrote_stays() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "by the service").await;
    behind(&app, "UPDATE messages SET type = 'system'").await;
    app.call(DELETE, deleting(&alice, &message, "all")).await.problem(409, "message_immutable");
    assert_eq!(app.call(DELETE, deleting(&alice, &message, "me")).await.status, 204);
}

#[tokio::test]
async fn a_scope_that_is_none_is_refused_and_either_is_one_round_trip() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let mut messages = Vec::new();
    for number in 0..4 {
        messages.push(sent(&app, &alice, conversation, &number.to_string()).await);
    }
    for scope in ["", "everyone", "ALL"] {
        app.call(DELETE, deleting(&alice, &messages[0], scope)).await.invalid(&[("scope", "invalid_value")]);
    }
    app.call(DELETE, deleting(&alice, &messages[0], "all")).await;
    let round_trips = app.proxy.round_trips();
    app.call(DELETE, deleting(&alice, &messages[1], "all")).await;
    app.call(DELETE, deleting(&alice, &messages[2], "me")).await;
    assert_eq!(app.proxy.round_trips() - round_trips, 2);
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    app.call(DELETE, deleting(&alice, &messages[3], "all")).await.problem(401, "unauthenticated");
}
