//! What the index holds, and when it goes.

use super::*;

async fn tokens(app: &TestApp, seq: i64) -> i64 {
    number(app, format!("SELECT count(*) FROM search_tokens WHERE seq = {seq}")).await
}

#[tokio::test]
async fn an_edit_leaves_the_words_of_the_new_text_only() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "green tea").await;
    sent(&app, &alice, conversation, "tea").await;
    app.call(EDIT, editing(&alice, &message, "black tea", 1)).await.ok();
    for (words, expected) in [("green", vec![]), ("black", vec![1]), ("tea", vec![2, 1])] {
        assert_eq!(found(&app, &alice, conversation, words).await, expected, "{words:?}");
    }
    // Under another key, and then an edit that comes to nothing.
    rekey(&app, conversation, 2).await;
    app.call(EDIT, editing(&alice, &message, "white tea", 2)).await.ok();
    app.call(EDIT, editing(&alice, &message, "stale tea", 2)).await.problem(409, "stale_version");
    for (words, expected) in [("black", vec![]), ("stale", vec![]), ("white", vec![1]), ("tea", vec![2, 1])] {
        assert_eq!(found(&app, &alice, conversation, words).await, expected, "{words:?}");
    }
    assert_eq!(tokens(&app, 1).await, 3, "whi, white, tea");
}

#[tokio::test]
async fn a_repeat_writes_nothing_and_what_fails_leaves_nothing() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice]).await;
    let body = text("green tea");
    send(&app, &alice, conversation, &body).await.created();
    let before = traces(&app).await;
    send(&app, &alice, conversation, &body).await.ok();
    send(&app, &eve, conversation, &text("tea")).await.problem(404, "not_found");
    assert_eq!(traces(&app).await, before);
    assert_eq!(tokens(&app, 1).await, 3, "gre, green, tea");
}

#[tokio::test]
async fn what_is_deleted_has_no_tokens() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (conversation, other) = (app.group(&[&alice]).await, app.group(&[&alice]).await);
    let message = sent(&app, &alice, conversation, "green tea").await;
    sent(&app, &alice, conversation, "tea").await;
    sent(&app, &alice, other, "tea").await;
    delete_for_all(&app, &alice, &message).await;
    assert_eq!(tokens(&app, 1).await, 1, "of the other conversation");
    behind(&app, "DELETE FROM messages WHERE seq = 2").await;
    assert_eq!(tokens(&app, 2).await, 0);
    behind(&app, format!("UPDATE conversations SET deleted_at = now() WHERE id = '{other}'")).await;
    assert_eq!(number(&app, "SELECT count(*) FROM search_tokens").await, 0);
}

#[tokio::test]
async fn edits_and_a_deletion_at_once_leave_no_token_behind() {
    for round in 0..20 {
        let app = TestApp::start().await;
        let alice = app.somebody("alice").await;
        let conversation = app.group(&[&alice]).await;
        let message = sent(&app, &alice, conversation, "green tea").await;
        let other = app.cold_environment();
        // The second edit guesses the version that the first one makes.
        let (one, two, gone) = tokio::join!(
            app.call(EDIT, editing(&alice, &message, "black tea", 1)),
            editing(&alice, &message, "white tea", 2).through(&other, EDIT),
            async {
                if round % 2 == 0 {
                    let third = app.cold_environment();
                    deleting(&alice, &message, "all").through(&third, DELETE).await;
                }
            },
        );
        let () = gone;
        assert!([200, 409, 410].contains(&two.status) || two.status < 500, "{one} {two}");
        let words = |words| found(&app, &alice, conversation, words);
        let there = [words("green").await, words("black").await, words("white").await, words("tea").await];
        let now = get(&app, &alice, &message).await.ok();
        let text = now["text"].as_str().unwrap_or_default();
        let expected =
            ["green", "black", "white", "tea"].map(|word| if text.contains(word) { vec![1] } else { vec![] });
        assert_eq!(there, expected, "{now}");
        let left = if text.is_empty() { 0 } else { 3 };
        assert_eq!(tokens(&app, 1).await, left, "{now}");
    }
}

#[tokio::test]
async fn equal_words_look_alike_in_one_epoch_only_and_nothing_stands_in_clear() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (conversation, other) = (app.group(&[&alice]).await, app.group(&[&alice]).await);
    for conversation in [conversation, conversation, other] {
        sent(&app, &alice, conversation, "canary").await;
    }
    rekey(&app, conversation, 2).await;
    sent(&app, &alice, conversation, "canary").await;
    let rows = sqlx::query("SELECT token, seq FROM search_tokens")
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!(rows.len(), 8, "can and canar, four times");
    let tokens: std::collections::BTreeSet<i64> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(tokens.len(), 6, "two messages of one epoch have the same");
    assert!(tokens.iter().all(|token| !token.to_be_bytes().starts_with(b"can")));
}
