-- A webhook with what is to change of it. Safe to repeat with the same arguments. Always one row.
-- $3: the roles that may; $5: the URL; $6: types of events; $7: what it is for; $8: enabled; null for what stays.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT live.user_id FROM live WHERE live.role = ANY ($3::text[])
),
changed AS (
    UPDATE webhooks AS webhook
    SET url = coalesce($5, webhook.url),
        events = coalesce($6, webhook.events),
        description = coalesce($7, webhook.description),
        enabled = coalesce($8, webhook.enabled),
        -- Whoever enables it again, or disables it themselves, knows.
        disabled_reason = CASE WHEN $8::boolean IS NULL THEN webhook.disabled_reason END,
        failing_since = CASE WHEN $8 AND NOT webhook.enabled THEN NULL ELSE webhook.failing_since END,
        updated_at = now()
    FROM allowed
    WHERE webhook.id = $4
    RETURNING webhook.*
),
audited AS (
    -- What was changed, and not into what: a URL may hold a token.
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
    SELECT $9, 'sensitive_update', allowed.user_id, $1, 'webhook', changed.id, $10, $11,
           jsonb_build_object('fields', to_jsonb(array_remove(ARRAY[
               CASE WHEN $5::text IS NOT NULL THEN 'url' END,
               CASE WHEN $6::text[] IS NOT NULL THEN 'events' END,
               CASE WHEN $7::text IS NOT NULL THEN 'description' END,
               CASE WHEN $8 IS NOT NULL THEN 'enabled' END
           ], NULL)))
    FROM allowed, changed
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       EXISTS (SELECT FROM allowed) AS "allowed!",
       changed.id AS "id?",
       changed.url AS "url?",
       changed.events AS "events?",
       changed.description AS "description?",
       changed.enabled AS "enabled?",
       changed.disabled_reason AS "disabled_reason?",
       changed.failing_since AS "failing_since?",
       changed.created_at AS "created_at?",
       changed.updated_at AS "updated_at?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN changed ON true
