-- One's own profile with what is to change of it. Safe to repeat with the same arguments. Always one row.
-- $5: whether the picture changes, into the caller's own upload $12 or into none; $13: the event's id.
WITH live AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
picture AS (
    SELECT file.id
    FROM live
    JOIN media AS file ON file.owner_id = live.user_id
    WHERE file.id = $12 AND file.kind = 'image' AND file.status = 'ready'
    -- It stays until somebody shows it.
    FOR KEY SHARE OF file
),
before AS (
    SELECT users.*
    FROM live
    JOIN users ON users.id = live.user_id
    WHERE $12::uuid IS NULL OR EXISTS (SELECT FROM picture)
    FOR NO KEY UPDATE OF users
),
changed AS (
    UPDATE users
    SET display_name = coalesce($3, users.display_name),
        bio = coalesce($4, users.bio),
        avatar_media_id = CASE WHEN $5::boolean THEN $12 ELSE users.avatar_media_id END,
        email_sealed = CASE WHEN $6::boolean THEN $7 ELSE users.email_sealed END,
        email_keyring_id = CASE WHEN $6::boolean THEN $8::uuid ELSE users.email_keyring_id END
    FROM before
    WHERE users.id = before.id
    RETURNING users.*
),
-- For the caller's other devices. An address is sealed anew whenever it is sent.
event AS (
    INSERT INTO outbox (id, type, user_id)
    SELECT $13, 'user.updated', changed.id
    FROM changed
    JOIN before ON before.id = changed.id
    WHERE (changed.display_name, changed.bio, changed.avatar_media_id, changed.email_sealed)
          IS DISTINCT FROM (before.display_name, before.bio, before.avatar_media_id, before.email_sealed)
    ON CONFLICT (id) DO NOTHING
),
audited AS (
    -- What was changed, and not into what.
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
    SELECT $9, 'user_updated', changed.id, $1, 'user', changed.id, $10, $11,
           jsonb_build_object('fields', to_jsonb(array_remove(ARRAY[
               CASE WHEN $3::text IS NOT NULL THEN 'display_name' END,
               CASE WHEN $4::text IS NOT NULL THEN 'bio' END,
               CASE WHEN $5 THEN 'avatar_media_id' END,
               CASE WHEN $6 THEN 'email' END
           ], NULL)))
    FROM changed
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       changed.id AS "id?",
       changed.username AS "username?",
       changed.display_name AS "display_name?",
       changed.bio AS "bio?",
       changed.avatar_media_id AS "avatar_media_id?",
       changed.presence AS "presence?",
       changed.status_text AS "status_text?",
       changed.status_emoji AS "status_emoji?",
       changed.status_expires_at AS "status_expires_at?",
       changed.role AS "role?",
       changed.created_at AS "created_at?",
       changed.email_sealed AS "email_sealed?",
       changed.email_keyring_id AS "email_keyring_id?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN changed ON true
