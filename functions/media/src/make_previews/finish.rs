//! The last step of a file's way: what was made of it becomes known, or why it failed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use shared::App;
use shared::id::UserId;
use shared::media::MediaDetails;
use shared::message::Opener;
use shared::worker::TaskFailure;

use super::claim::Claim;
use crate::preview::{Preview, Variant};

/// A row of `media_variants`.
#[derive(Serialize)]
struct VariantRow {
    position: usize,
    name: &'static str,
    width: u32,
    height: u32,
    content_type: &'static str,
}

impl Claim {
    /// Makes known what was made of the file, unless it is no longer this run's; whether it was.
    pub async fn is_ready(&self, app: &App, preview: &Preview, size: i64) -> Result<bool, TaskFailure> {
        let details = self.details(app, preview).await?;
        let sealed = app.seal_media_details(self.media, UserId(self.row.owner_id), &details).await?;
        let event = app.new_event()?;
        let row = |(place, variant): (usize, &Variant)| VariantRow {
            position: place + 1,
            name: variant.name,
            width: variant.width,
            height: variant.height,
            content_type: variant.content_type,
        };
        let variants: Vec<VariantRow> = preview.variants.iter().enumerate().map(row).collect();
        let variants =
            serde_json::to_string(&variants).map_err(|failure| TaskFailure::Fail(failure.to_string()))?;
        let clean = preview.clean.as_ref();
        let pixels = |side: Option<u32>| side.and_then(|side| i32::try_from(side).ok());
        let duration_ms = preview.duration_ms.and_then(|duration| i64::try_from(duration).ok());
        let statement = || {
            sqlx::query!(
                r#"
                -- Safe to repeat with the same arguments: the run tells our own earlier one.
                WITH finished AS (
                    UPDATE media AS file
                    SET status = 'ready', content_type = $3, size = $4, reencoded = $5, width = $6, height = $7, duration_ms = $8,
                        details_sealed = $9, details_keyring_id = $10
                    WHERE file.id = $1 AND file.run_id = $2 AND file.status = 'processing'
                    RETURNING file.id, file.owner_id
                ),
                smaller AS (
                    INSERT INTO media_variants (media_id, position, name, width, height, content_type)
                    SELECT finished.id, variant.position, variant.name, variant.width, variant.height, variant.content_type
                    FROM finished, jsonb_to_recordset($11::text::jsonb) AS variant (
                        position smallint, name text, width integer, height integer, content_type text
                    )
                ),
                event AS (
                    INSERT INTO outbox (id, type, user_id, media_id)
                    SELECT $12, 'media.ready', finished.owner_id, finished.id FROM finished
                )
                SELECT EXISTS (SELECT FROM finished)
                    OR EXISTS (SELECT FROM media AS file WHERE file.id = $1 AND file.run_id = $2 AND file.status = 'ready') AS "ours!"
                "#,
                self.media.0,
                self.run,
                clean.map_or(self.content_type, |clean| clean.content_type),
                size,
                clean.is_some(),
                pixels(preview.width),
                pixels(preview.height),
                duration_ms,
                sealed.sealed,
                sealed.keyring.0,
                variants,
                event.0,
            )
        };
        Ok(app.database.fetch_one(statement).await?.ours)
    }

    /// What is to be sealed: the file's name as it was announced, and what shows something of it.
    async fn details(&self, app: &App, preview: &Preview) -> Result<MediaDetails, TaskFailure> {
        let mut opener = Opener::new(app);
        let announced = opener.open_media(&self.row).await?;
        opener.finish().await;
        Ok(MediaDetails {
            thumbhash: preview.thumbhash.as_ref().map(|hash| STANDARD.encode(hash)),
            waveform: preview.waveform.clone(),
            ..announced
        })
    }

    /// Makes known why the file failed, unless it is no longer this run's; whether it was.
    pub async fn has_failed(&self, app: &App, reason: &str) -> Result<bool, TaskFailure> {
        let event = app.new_event()?;
        let statement = || {
            sqlx::query!(
                r#"
                -- Safe to repeat with the same arguments: the run tells our own earlier one.
                WITH finished AS (
                    UPDATE media AS file
                    SET status = 'failed', failure = $3
                    WHERE file.id = $1 AND file.run_id = $2 AND file.status = 'processing'
                    RETURNING file.id, file.owner_id
                ),
                event AS (
                    INSERT INTO outbox (id, type, user_id, media_id)
                    SELECT $4, 'media.failed', finished.owner_id, finished.id FROM finished
                )
                SELECT EXISTS (SELECT FROM finished)
                    OR EXISTS (SELECT FROM media AS file WHERE file.id = $1 AND file.run_id = $2 AND file.status = 'failed') AS "ours!"
                "#,
                self.media.0,
                self.run,
                reason,
                event.0,
            )
        };
        Ok(app.database.fetch_one(statement).await?.ours)
    }
}
