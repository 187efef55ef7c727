//! What holds whoever comes first: each of these is done by environments of their own at the same moment, many times.

use serde_json::json;
use shared::App;
use testkit::{Answer, Somebody, TestApp};
use tokio::join;

use crate::words::group;

/// A status that the answer must have, one of these.
#[track_caller]
fn one_of(answer: &Answer, statuses: &[u16]) -> u16 {
    assert!(statuses.contains(&answer.status), "{answer}");
    answer.status
}

async fn people<const N: usize>(app: &TestApp, names: [&str; N]) -> Vec<Somebody> {
    let mut people = Vec::new();
    for name in names {
        people.push(app.somebody(name).await);
    }
    people
}

fn environments<const N: usize>(app: &TestApp) -> [App; N] {
    std::array::from_fn(|_| app.cold_environment())
}

#[tokio::test]
async fn a_removed_members_message_is_before_the_removal_or_not_at_all() {
    let app = TestApp::start().await;
    let people = people(&app, ["alice", "bob"]).await;
    let (alice, bob) = (&people[0], &people[1]);
    let chat = group(&app, &[alice, bob], 0).await;
    let [first, second, third, remover] = environments(&app);
    let (mut before, mut after) = (0, 0);
    for round in 0..200 {
        // A message of before the race warms the environments up and moves the moments against one another.
        for _ in 0..round % 3 {
            chat.sends(bob, "warm").through(&first).await.created();
        }
        let (one, two, removal, three) = join!(
            chat.sends(bob, "one").through(&first),
            chat.sends(bob, "two").through(&second),
            chat.removes(alice, bob).through(&remover),
            chat.sends(bob, "three").through(&third),
        );
        assert_eq!(removal.status, 204, "{removal}");
        let end: i64 = sqlx::query_scalar("SELECT last_seq FROM conversations WHERE id = $1")
            .bind(chat.0.0)
            .fetch_one(&mut app.connect().await)
            .await
            .unwrap();
        for sent in [one, two, three] {
            if one_of(&sent, &[201, 404]) == 201 {
                before += 1;
                assert!(sent.json()["seq"].as_i64().unwrap() < end, "{sent}");
            } else {
                after += 1;
            }
        }
        // The removal's own message is the last, whatever was on its way.
        assert_eq!(chat.last_message(&app, alice).await["system"]["action"], "member_removed");
        chat.adds(alice, &[bob]).through(&remover).await.created();
    }
    chat.is_sound(&app).await;
    assert!(before > 0 && after > 0, "no race was run: {before} before, {after} after");
}

#[tokio::test]
async fn a_group_keeps_an_owner_when_owner_and_heir_leave_at_once() {
    let app = TestApp::start().await;
    let people = people(&app, ["alice", "bob", "carol", "dave"]).await;
    let [one, other, third] = environments(&app);
    for round in 0..60 {
        let admins = round % 3;
        let chat = group(&app, &[&people[0], &people[1], &people[2], &people[3]], admins).await;
        let (first, second, third) = join!(
            chat.is_left(&people[0]).through(&one),
            chat.is_left(&people[1]).through(&other),
            chat.is_left(&people[2]).through(&third),
        );
        for left in [first, second, third] {
            assert_eq!(left.status, 204, "{left}");
        }
        assert_eq!(chat.roles(&app).await, [("dave".to_owned(), "owner".to_owned())]);
        chat.is_sound(&app).await;
    }
}

#[tokio::test]
async fn a_group_ends_when_its_last_two_leave_at_once() {
    let app = TestApp::start().await;
    let people = people(&app, ["alice", "bob"]).await;
    let [one, other] = environments(&app);
    for _ in 0..40 {
        let chat = group(&app, &[&people[0], &people[1]], 0).await;
        let (first, second) =
            join!(chat.is_left(&people[0]).through(&one), chat.is_left(&people[1]).through(&other));
        assert_eq!((first.status, second.status), (204, 204), "{first} {second}");
        assert!(chat.roles(&app).await.is_empty());
        let (ended, keys): (bool, i64) = sqlx::query_as(
            "SELECT deleted_at IS NOT NULL, (SELECT count(*) FROM conversation_keys WHERE conversation_id = $1)
             FROM conversations WHERE id = $1",
        )
        .bind(chat.0.0)
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
        assert_eq!((ended, keys), (true, 0));
    }
}

#[tokio::test]
async fn a_group_is_handed_to_one_of_those_it_is_handed_to_at_once() {
    let app = TestApp::start().await;
    let people = people(&app, ["alice", "bob", "carol"]).await;
    let [one, other] = environments(&app);
    for _ in 0..60 {
        let chat = group(&app, &[&people[0], &people[1], &people[2]], 2).await;
        let (first, second) = join!(
            chat.gives(&people[0], &people[1], "owner").through(&one),
            chat.gives(&people[0], &people[2], "owner").through(&other),
        );
        let mut statuses = [one_of(&first, &[200, 403]), one_of(&second, &[200, 403])];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403]);
        chat.is_sound(&app).await;
    }
}

#[tokio::test]
async fn the_new_owner_leaves_while_the_group_is_handed_over() {
    let app = TestApp::start().await;
    let people = people(&app, ["alice", "bob", "carol"]).await;
    let [one, other] = environments(&app);
    for _ in 0..60 {
        let chat = group(&app, &[&people[0], &people[1], &people[2]], 1).await;
        let (handed, left) = join!(
            chat.gives(&people[0], &people[1], "owner").through(&one),
            chat.is_left(&people[1]).through(&other),
        );
        one_of(&handed, &[200, 404]);
        assert_eq!(left.status, 204, "{left}");
        assert!(chat.roles(&app).await.contains(&("alice".to_owned(), "owner".to_owned())));
        chat.is_sound(&app).await;
    }
}

#[tokio::test]
async fn a_demoted_admin_acts_before_it_or_not_at_all() {
    let app = TestApp::start().await;
    let people = people(&app, ["alice", "bob", "carol"]).await;
    let [one, other] = environments(&app);
    for _ in 0..60 {
        let chat = group(&app, &[&people[0], &people[1], &people[2]], 1).await;
        let (demoted, promoted) = join!(
            chat.gives(&people[0], &people[1], "member").through(&one),
            chat.gives(&people[1], &people[2], "admin").through(&other),
        );
        assert_eq!(demoted.status, 200, "{demoted}");
        let role = if one_of(&promoted, &[200, 403]) == 200 { "admin" } else { "member" };
        let roles = chat.roles(&app).await;
        assert!(roles.contains(&("bob".to_owned(), "member".to_owned())), "{roles:?}");
        assert!(roles.contains(&("carol".to_owned(), role.to_owned())), "{roles:?}");
        chat.is_sound(&app).await;
    }
}

#[tokio::test]
async fn two_who_remove_each_other_do_not_wait_for_ever() {
    let app = TestApp::start().await;
    let people = people(&app, ["alice", "bob", "carol", "dave"]).await;
    let [one, other] = environments(&app);
    for _ in 0..40 {
        let chat = group(&app, &[&people[0], &people[1], &people[2], &people[3]], 1).await;
        let (first, second) = join!(
            chat.removes(&people[0], &people[1]).through(&one),
            chat.removes(&people[1], &people[2]).through(&other),
        );
        assert_eq!(first.status, 204, "{first}");
        one_of(&second, &[204, 404]);
        chat.is_sound(&app).await;
    }
}

#[tokio::test]
async fn who_is_added_by_two_at_once_is_one_member() {
    let app = TestApp::start().await;
    let people = people(&app, ["alice", "bob", "carol", "dave", "erin"]).await;
    let [one, other] = environments(&app);
    for round in 0..60 {
        let chat = group(&app, &[&people[0], &people[1]], 1).await;
        if round % 2 == 1 {
            // Members of before, who have left.
            chat.adds(&people[0], &[&people[2], &people[3]]).on(&app).await.created();
            chat.is_left(&people[2]).on(&app).await;
            chat.is_left(&people[3]).on(&app).await;
        }
        let (first, second) = join!(
            chat.adds(&people[0], &[&people[2], &people[3]]).through(&one),
            chat.adds(&people[1], &[&people[3], &people[4]]).through(&other),
        );
        assert_eq!((first.status, second.status), (201, 201), "{first} {second}");
        assert_eq!(chat.roles(&app).await.len(), 5);
        let named: Vec<usize> = {
            let page = chat.lists_messages(&people[0]).with_query("limit=2").on(&app).await.ok();
            let items = page["items"].as_array().unwrap().iter();
            items.map(|item| item["system"]["user_ids"].as_array().map_or(0, Vec::len)).collect()
        };
        assert_eq!(named.iter().sum::<usize>(), 3, "each is said to be new once");
        chat.is_sound(&app).await;
    }
}

#[tokio::test]
async fn nobody_is_left_in_a_group_that_is_deleted_while_they_are_added() {
    let app = TestApp::start().await;
    let people = people(&app, ["alice", "bob", "carol"]).await;
    let [one, other, third] = environments(&app);
    for _ in 0..60 {
        let chat = group(&app, &[&people[0], &people[1]], 1).await;
        let (deleted, added, sent) = join!(
            chat.is_deleted(&people[0]).through(&one),
            chat.adds(&people[1], &[&people[2]]).through(&other),
            chat.sends(&people[1], "hello").through(&third),
        );
        assert_eq!(deleted.status, 204, "{deleted}");
        one_of(&added, &[201, 404]);
        one_of(&sent, &[201, 404]);
        assert!(chat.roles(&app).await.is_empty());
        chat.is_seen_by(&people[2]).on(&app).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn counts_are_right_while_one_reads_marks_and_sends_on_several_devices() {
    let app = TestApp::start().await;
    let people = people(&app, ["alice", "bob"]).await;
    let (alice, bob) = (&people[0], &people[1]);
    let chat = group(&app, &[alice, bob], 0).await;
    let [one, other, third, fourth] = environments(&app);
    chat.sends(alice, "first").on(&app).await.created();
    for round in 1..=60 {
        let mark = json!({"seq": (round % 7) + 1});
        let last = chat.is_seen_by(bob).on(&app).await.ok()["last_seq"].as_i64().unwrap();
        let (sent, marked, read, by_alice) = join!(
            chat.sends(bob, "mine").through(&one),
            chat.marks_unread(bob, &mark).through(&other),
            chat.reads(bob, last - round % 3).through(&third),
            chat.sends(alice, "hers").through(&fourth),
        );
        assert_eq!((sent.status, by_alice.status), (201, 201));
        // Marked from beyond the last message in the first rounds.
        one_of(&marked, &[200, 400]);
        assert_eq!(read.status, 200, "{read}");
        let expected: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM messages
             JOIN members ON members.conversation_id = messages.conversation_id AND members.user_id = $2
             WHERE messages.conversation_id = $1 AND seq > coalesce(marked_seq, read_seq)
               AND type <> 'system' AND sender_id <> $2",
        )
        .bind(chat.0.0)
        .bind(bob.id.0)
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
        assert_eq!(chat.unread(&app, bob).await, expected);
    }
}
