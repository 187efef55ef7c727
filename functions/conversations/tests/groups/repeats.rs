//! Statements that change a group, run twice with the same arguments, as happens when a connection dies after the commit: the
//! second run says that it is done, and changes nothing.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{Postgres, Row};
use testkit::{Somebody, TestApp, new_id};

use crate::words::{Group, everything, group};

type Statement = Query<'static, Postgres, PgArguments>;

/// The arguments that each of them begins with.
fn begun(sql: &'static str, by: &Somebody, chat: Group) -> Statement {
    sqlx::query(sql).bind(by.session.0).bind(by.id.0).bind(chat.0.0)
}

/// Runs what `statement` makes twice. What is sealed is of no matter here: nobody opens it.
async fn twice(app: &TestApp, done: &str, statement: impl Fn() -> Statement) {
    let mut connection = app.connect().await;
    let first: PgRow = statement().fetch_one(&mut connection).await.unwrap();
    let after = everything(app).await;
    let second: PgRow = statement().fetch_one(&mut connection).await.unwrap();
    assert!(second.get::<bool, _>(done));
    assert_eq!(everything(app).await, after, "{:?}", first.columns());
}

fn roles() -> Vec<String> {
    vec!["owner".to_owned(), "admin".to_owned()]
}

#[tokio::test]
async fn a_repeat_changes_nothing() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    let ids: [uuid::Uuid; 5] = std::array::from_fn(|_| new_id());

    twice(&app, "earlier!", || {
        begun(include_str!("../../src/update_conversation.sql"), &alice, chat)
            .bind(ids[0])
            .bind(1)
            .bind(vec![0_u8])
            .bind(roles())
            .bind(None::<Vec<u8>>)
            .bind(false)
            .bind(None::<Vec<u8>>)
            .bind(false)
            .bind(true)
            .bind(60)
            .bind(None::<String>)
            .bind(false)
            .bind(None::<i32>)
            .bind(None::<bool>)
            .bind(ids[1])
            .bind(ids[2])
            .bind(None::<uuid::Uuid>)
    })
    .await;

    let ids: [uuid::Uuid; 5] = std::array::from_fn(|_| new_id());
    twice(&app, "added!", || {
        begun(include_str!("../../src/add_members.sql"), &alice, chat)
            .bind(vec![carol.id.0])
            .bind(vec![carol.id.0])
            .bind(roles())
            .bind(ids[0])
            .bind(1)
            .bind(vec![0_u8])
            .bind(ids[1])
            .bind(None::<Vec<u8>>)
            .bind(None::<uuid::Uuid>)
            .bind(None::<Vec<u8>>)
    })
    .await;

    let change_role =
        |by: Somebody, whom: Somebody, role: &'static str, rule: &'static str, ids: [uuid::Uuid; 5]| {
            begun(include_str!("../../src/update_member.sql"), &by, chat)
                .bind(whom.id.0)
                .bind(role)
                .bind(vec![rule.to_owned()])
                .bind(ids[0])
                .bind(1)
                .bind(vec![0_u8])
                .bind(ids[1])
                .bind(ids[2])
                .bind(ids[3])
                .bind(ids[4])
                .bind(None::<String>)
                .bind(None::<String>)
        };
    let ids: [uuid::Uuid; 5] = std::array::from_fn(|_| new_id());
    twice(&app, "done!", || change_role(alice, bob, "owner", "owner member owner", ids)).await;

    let remove = |by: Somebody, whom: Somebody, heir: Option<Somebody>, ids: [uuid::Uuid; 5]| {
        begun(include_str!("../../src/remove_member.sql"), &by, chat)
            .bind(whom.id.0)
            .bind(vec!["owner member".to_owned()])
            .bind(heir.map(|heir| heir.id.0))
            .bind(ids[0])
            .bind(1)
            .bind(vec![0_u8])
            .bind(ids[1])
            .bind(ids[2])
            .bind(ids[3])
            .bind(ids[4])
            .bind(None::<String>)
            .bind(None::<String>)
    };
    let ids: [uuid::Uuid; 5] = std::array::from_fn(|_| new_id());
    twice(&app, "done!", || remove(bob, carol, None, ids)).await;
    // Another epoch is due now; here the first goes on.
    sqlx::query("UPDATE conversations SET epochs_due_at = NULL")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let ids: [uuid::Uuid; 5] = std::array::from_fn(|_| new_id());
    twice(&app, "done!", || remove(bob, bob, Some(alice), ids)).await;
    chat.is_sound(&app).await;

    let ids: [uuid::Uuid; 5] = std::array::from_fn(|_| new_id());
    twice(&app, "done!", || {
        begun(include_str!("../../src/delete_conversation.sql"), &alice, chat)
            .bind(roles())
            .bind(ids[0])
            .bind(ids[1])
            .bind(None::<String>)
            .bind(None::<String>)
    })
    .await;
    assert!(chat.roles(&app).await.is_empty());
}

#[tokio::test]
async fn a_repeat_of_what_is_ones_own_changes_nothing_and_is_told_once() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    for text in ["one", "two"] {
        chat.sends(&alice, text).on(&app).await.created();
    }
    let ids: [uuid::Uuid; 4] = std::array::from_fn(|_| new_id());
    let flags = |archived: Option<bool>, pinned: Option<bool>, id: uuid::Uuid| {
        begun(include_str!("../../src/flags.sql"), &bob, chat)
            .bind(archived)
            .bind(false)
            .bind(None::<time::OffsetDateTime>)
            .bind(pinned)
            .bind(id)
    };
    twice(&app, "session_live!", || flags(Some(true), None, ids[0])).await;
    twice(&app, "session_live!", || flags(None, Some(true), ids[1])).await;
    chat.reads(&bob, 2).on(&app).await.ok();
    twice(&app, "session_live!", || {
        begun(include_str!("../../src/mark_unread.sql"), &bob, chat).bind(1_i64).bind(ids[2])
    })
    .await;
    twice(&app, "session_live!", || {
        begun(include_str!("../../src/update_receipts.sql"), &bob, chat)
            .bind(None::<i64>)
            .bind(2_i64)
            .bind(ids[3])
    })
    .await;
    let told: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT id FROM outbox WHERE about_conversation_id = $1 ORDER BY created_at")
            .bind(chat.0.0)
            .fetch_all(&mut app.connect().await)
            .await
            .unwrap();
    assert_eq!(told, ids);
}
