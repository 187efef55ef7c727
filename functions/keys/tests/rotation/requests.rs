//! `POST /v1/admin/keys/rotate`.

use serde_json::json;
use testkit::{Request, new_id};

use crate::world::{REQUEST, ROTATE, World, behind, number};

#[tokio::test]
async fn a_rotation_is_asked_for_once_and_is_an_event_with_its_actor() {
    let world = World::new().await;
    let (asked, round_trips) = {
        world.asks(&json!({"target": "keyring", "purpose": "content"})).await;
        world.app.proxy.count(world.asks(&json!({"target": "keyring"}))).await
    };
    assert_eq!(round_trips, 1);
    assert_eq!(asked.status, 202, "{asked}");
    let rotations = asked.json()["rotations"].take();
    let purposes: Vec<&str> =
        rotations.as_array().unwrap().iter().map(|one| one["purpose"].as_str().unwrap()).collect();
    assert_eq!(purposes, ["content", "credentials", "media"], "one of them was asked for before");
    for rotation in rotations.as_array().unwrap() {
        assert_eq!(
            (&rotation["state"], &rotation["requested_by"]),
            (&json!("waiting"), &json!(world.root.id))
        );
    }
    let again = world.asks(&json!({"target": "keyring"})).await.json();
    assert_eq!(again["rotations"], rotations);
    assert_eq!(number(&world.app, "SELECT count(*) FROM keys.rotations").await, 3);
    let events =
        "SELECT count(*) FROM audit_events WHERE event = 'crypt_rotation_requested' AND actor_id IS NOT NULL";
    assert_eq!(number(&world.app, events).await, 3);
}

#[tokio::test]
async fn epochs_of_one_conversation_or_of_all_are_due_at_once() {
    let world = World::new().await;
    let body = json!({"target": "epochs", "conversation_id": world.conversation});
    for body in [body, json!({"target": "epochs"}), json!({"target": "all"})] {
        let before = number(&world.app, "SELECT epoch::bigint FROM conversations").await;
        let answer = world.asks(&body).await;
        assert_eq!(answer.status, 202);
        assert!(answer.json()["epochs_due_at"].is_string(), "{answer}");
        world.says("the first of another epoch").await;
        world.says("the second").await;
        assert_eq!(number(&world.app, "SELECT epoch::bigint FROM conversations").await, before + 1);
    }
    assert_eq!(number(&world.app, "SELECT count(*) FROM keys.rotations").await, 3, "all is keyring keys too");
    world.everything_opens().await;
}

#[tokio::test]
async fn what_makes_no_sense_changes_nothing() {
    let world = World::new().await;
    world.asks(&json!({})).await.invalid(&[("target", "required")]);
    world.asks(&json!({"target": "everything"})).await.invalid(&[("target", "invalid_value")]);
    world
        .asks(&json!({"target": "keyring", "purpose": "audit"}))
        .await
        .invalid(&[("purpose", "invalid_value")]);
    world
        .asks(&json!({"target": "epochs", "purpose": "content"}))
        .await
        .invalid(&[("purpose", "not_for_target")]);
    let body = json!({"target": "all", "conversation_id": world.conversation});
    world.asks(&body).await.invalid(&[("conversation_id", "not_for_target")]);
    world
        .asks(&json!({"target": "keyring", "kms_key": "arn:aws:kms:…"}))
        .await
        .invalid(&[("kms_key", "unknown_field")]);
    let unknown = json!({"target": "epochs", "conversation_id": new_id()});
    world.asks(&unknown).await.problem(404, "not_found");
    let body = json!({"target": "all"});
    let by_alice = Request::post(ROTATE, &body).by(&world.alice);
    world.app.call(REQUEST, by_alice.clone()).await.problem(403, "role_required");
    world.app.call(REQUEST, Request::post(ROTATE, &body)).await.problem(401, "unauthenticated");
    for role in ["moderator", "auditor"] {
        behind(&world.app, format!("UPDATE users SET role = '{role}' WHERE username = 'alice'")).await;
        world.app.call(REQUEST, by_alice.clone()).await.problem(403, "role_required");
    }
    assert_eq!(number(&world.app, "SELECT count(*) FROM keys.rotations").await, 0);
    let due = "SELECT count(*) FROM conversations, keys.policy
               WHERE conversations.epochs_due_at IS NOT NULL OR isfinite(policy.epochs_due_at)";
    assert_eq!(number(&world.app, due).await, 0);
    let refused = "SELECT count(*) FROM audit_events WHERE event = 'authz_fail' AND detail ->> 'action' = 'rotate_keys'";
    assert_eq!(number(&world.app, refused).await, 3);
}
