//! Invoked each minute: carries what was destroyed for ever to the ledger outside the database. What the bucket does not take waits for the
//! next run; what is carried twice says the same.

use serde_json::{Value, json};
use shared::locked::LockedBucket;
use shared::{App, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ledger::{Ledger, Shred, ShredKind, written};

/// Shreds of one object.
const BATCH: i64 = 1_000;
/// Objects of one run; what is left then waits for the next.
const BATCHES: usize = 10;

struct Waiting {
    deployment: Uuid,
    shreds: Vec<(Uuid, Shred)>,
}

/// Carries what waits; answers how much that was.
pub async fn handle(app: &App, bucket: &dyn LockedBucket) -> Result<Value, Problem> {
    let mut carried = 0;
    for _ in 0..BATCHES {
        let Waiting { deployment, shreds } = waiting(app).await?;
        let Some(count) = Some(shreds.len()).filter(|count| *count > 0) else { break };
        let (ids, shreds): (Vec<Uuid>, Vec<Shred>) = shreds.into_iter().unzip();
        let ledger = Ledger::new(deployment, shreds);
        bucket.put(ledger.object_name(app.clock.now()), ledger.to_json()).await?;
        let statement = || sqlx::query!("DELETE FROM shreds WHERE id = ANY ($1) RETURNING id", &ids);
        app.database.fetch_all(statement).await?;
        carried += count;
    }
    if carried > 0 {
        tracing::info!(carried, "what was destroyed is in the ledger");
    }
    Ok(json!({"carried": carried}))
}

struct Row {
    deployment_id: Uuid,
    id: Option<Uuid>,
    kind: Option<String>,
    subject_id: Option<Uuid>,
    epochs: Option<Vec<i32>>,
    at: Option<OffsetDateTime>,
}

async fn waiting(app: &App) -> Result<Waiting, Problem> {
    let statement = || {
        sqlx::query_as!(
            Row,
            r#"
            SELECT deployment.id AS deployment_id, shred.id AS "id?", shred.kind AS "kind?",
                   shred.subject_id AS "subject_id?", shred.epochs AS "epochs?", shred.at AS "at?"
            FROM deployment
            LEFT JOIN (SELECT * FROM shreds ORDER BY at, id LIMIT $1) AS shred ON true
            ORDER BY shred.at, shred.id
            "#,
            BATCH,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let deployment = rows
        .first()
        .map(|row| row.deployment_id)
        .ok_or_else(|| Problem::Internal("there is no deployment".to_owned()))?;
    let shred = |row: Row| {
        let (kind, id) = (ShredKind::named(&row.kind?)?, row.subject_id?);
        Some((row.id?, Shred { kind, id, epochs: row.epochs?, at: written(row.at?) }))
    };
    Ok(Waiting { deployment, shreds: rows.into_iter().filter_map(shred).collect() })
}
