use serde_json::json;
use testkit::{Gateway, new_id};

use super::list_admin_users::of_role;

#[tokio::test]
async fn an_admin_has_a_conversation_take_another_key() {
    let app = Gateway::start().await;
    let (root, alice) = (of_role(&app, "root", "admin").await, app.registers("alice").await);
    let notes = alice.creates_group("Notes", &[]).await;
    alice.sends(&notes, "before").await;
    let body = json!({"target": "epochs", "conversation_id": notes.id});
    let asked = root.post("/v1/admin/keys/rotate", &body).await;
    assert_eq!(asked.status, 202, "{asked}");
    alice.sends(&notes, "after").await;
    let epochs: Vec<i32> =
        sqlx::query_scalar("SELECT epoch FROM messages WHERE conversation_id = $1 ORDER BY seq DESC LIMIT 2")
            .bind(notes.id)
            .fetch_all(&mut app.database().await)
            .await
            .unwrap();
    assert_eq!(epochs[0], epochs[1] + 1);
    let sees = alice.sees(&notes).await;
    assert_eq!(sees[sees.len() - 2..], [Some("before".to_owned()), Some("after".to_owned())]);

    let unknown = json!({"target": "epochs", "conversation_id": new_id()});
    root.post("/v1/admin/keys/rotate", &unknown).await.problem(404, "not_found");
    alice.post("/v1/admin/keys/rotate", &body).await.problem(403, "role_required");
}
