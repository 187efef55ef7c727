use conversations::{
    archive_conversation, mute_conversation, pin_conversation, unarchive_conversation, unmute_conversation,
    unpin_conversation,
};
use serde_json::{Value, json};
use shared::serve::HttpHandler;
use testkit::{Answer, Request, Somebody, TestApp, new_id};

use crate::words::{Group, group};

pub const ARCHIVE: HttpHandler = |app, call| Box::pin(archive_conversation::handle(app, call));
pub const UNARCHIVE: HttpHandler = |app, call| Box::pin(unarchive_conversation::handle(app, call));
pub const MUTE: HttpHandler = |app, call| Box::pin(mute_conversation::handle(app, call));
pub const UNMUTE: HttpHandler = |app, call| Box::pin(unmute_conversation::handle(app, call));
pub const PIN: HttpHandler = |app, call| Box::pin(pin_conversation::handle(app, call));
pub const UNPIN: HttpHandler = |app, call| Box::pin(unpin_conversation::handle(app, call));

pub async fn puts(
    app: &TestApp,
    by: &Somebody,
    chat: Group,
    handler: HttpHandler,
    flag: &'static str,
) -> Answer {
    app.call(handler, Request::put(flag, &json!({})).at("conversation_id", chat.0).by(by)).await
}

pub async fn deletes(
    app: &TestApp,
    by: &Somebody,
    chat: Group,
    handler: HttpHandler,
    flag: &'static str,
) -> Answer {
    app.call(handler, Request::delete(flag).at("conversation_id", chat.0).by(by)).await
}

pub const AN_ARCHIVE: &str = "/v1/conversations/{conversation_id}/archive";
pub const A_MUTE: &str = "/v1/conversations/{conversation_id}/mute";
pub const A_PIN: &str = "/v1/conversations/{conversation_id}/pin";

async fn mutes(app: &TestApp, by: &Somebody, chat: Group, body: &Value) -> Answer {
    app.call(MUTE, Request::put(A_MUTE, body).at("conversation_id", chat.0).by(by)).await
}

#[tokio::test]
async fn a_new_message_unarchives_unless_muted() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    chat.sends(&bob, "one").on(&app).await.created();
    let flags = puts(&app, &alice, chat, ARCHIVE, AN_ARCHIVE).await.ok();
    assert_eq!(
        flags,
        json!({"conversation_id": chat.0, "archived": true, "muted_until": null, "pinned": false})
    );
    assert_eq!(chat.in_list_of(&app, &alice).await["archived"], true);
    assert_eq!(chat.in_list_of(&app, &bob).await["archived"], false, "one's own affair");

    chat.sends(&bob, "two").on(&app).await.created();
    assert_eq!(chat.in_list_of(&app, &alice).await["archived"], false);

    puts(&app, &alice, chat, ARCHIVE, AN_ARCHIVE).await.ok();
    mutes(&app, &alice, chat, &json!({})).await.ok();
    chat.sends(&bob, "three").on(&app).await.created();
    assert_eq!(chat.in_list_of(&app, &alice).await["archived"], true);
    assert_eq!(deletes(&app, &alice, chat, UNMUTE, A_MUTE).await.status, 204);
    assert_eq!(chat.in_list_of(&app, &alice).await["archived"], false, "something new came meanwhile");

    puts(&app, &alice, chat, ARCHIVE, AN_ARCHIVE).await.ok();
    assert_eq!(deletes(&app, &alice, chat, UNARCHIVE, AN_ARCHIVE).await.status, 204);
    assert_eq!(deletes(&app, &alice, chat, UNARCHIVE, AN_ARCHIVE).await.status, 204);
    assert_eq!(chat.in_list_of(&app, &alice).await["archived"], false);
}

#[tokio::test]
async fn a_mute_ends_by_itself_or_never() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice], 0).await;
    let for_ever = "9999-12-31T23:59:59.999Z";
    assert_eq!(mutes(&app, &alice, chat, &json!({})).await.ok()["muted_until"], for_ever);
    // Later than UTC can write.
    let later = json!({"until": "9999-12-31T23:59:59-12:00"});
    assert_eq!(mutes(&app, &alice, chat, &later).await.ok()["muted_until"], for_ever);
    let until = json!({"until": "2126-11-22T21:05:09.123Z"});
    assert_eq!(mutes(&app, &alice, chat, &until).await.ok()["muted_until"], until["until"]);
    assert_eq!(chat.in_list_of(&app, &alice).await["muted_until"], until["until"]);

    let past = "UPDATE members SET muted_until = now() - interval '1 second'";
    sqlx::query(past).execute(&mut app.connect().await).await.unwrap();
    assert_eq!(chat.in_list_of(&app, &alice).await["muted_until"], Value::Null);

    mutes(&app, &alice, chat, &json!({"until": "2020-01-01T00:00:00Z"}))
        .await
        .invalid(&[("until", "invalid_value")]);
    mutes(&app, &alice, chat, &json!({"until": "tomorrow"})).await.invalid(&[("until", "invalid_format")]);
    mutes(&app, &alice, chat, &json!({"for": 1})).await.invalid(&[("for", "unknown_field")]);
}

#[tokio::test]
async fn a_pin_stays_until_it_is_taken_away_and_moves_nothing() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice], 0).await;
    assert_eq!(puts(&app, &alice, chat, PIN, A_PIN).await.ok()["pinned"], true);
    let round_trips = app.proxy.round_trips();
    assert_eq!(puts(&app, &alice, chat, PIN, A_PIN).await.ok()["pinned"], true);
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    let seen = chat.in_list_of(&app, &alice).await;
    assert_eq!((&seen["pinned"], &seen["change_seq"]), (&json!(true), &json!(1)));
    assert_eq!(deletes(&app, &alice, chat, UNPIN, A_PIN).await.status, 204);
    assert_eq!(chat.in_list_of(&app, &alice).await["pinned"], false);
}

#[tokio::test]
async fn who_is_no_member_has_no_flags() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let chat = group(&app, &[&alice], 0).await;
    for (handler, flag) in [(ARCHIVE, AN_ARCHIVE), (MUTE, A_MUTE), (PIN, A_PIN)] {
        puts(&app, &eve, chat, handler, flag).await.problem(404, "not_found");
        puts(&app, &alice, Group(new_id().into()), handler, flag).await.problem(404, "not_found");
    }
    for (handler, flag) in [(UNARCHIVE, AN_ARCHIVE), (UNMUTE, A_MUTE), (UNPIN, A_PIN)] {
        deletes(&app, &eve, chat, handler, flag).await.problem(404, "not_found");
    }
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    puts(&app, &alice, chat, PIN, A_PIN).await.problem(401, "unauthenticated");
}
