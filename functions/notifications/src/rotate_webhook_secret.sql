-- A new secret for a webhook; the one before stays good for a day. Safe to repeat with the same arguments. Always one row.
-- $3: the roles that may; $5, $6, $7: the secret, sealed, and under which K1; $8: the idempotency key, or null; $9, $10: the
-- answer as it is kept.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT live.user_id FROM live WHERE live.role = ANY ($3::text[])
),
replayed AS (
    SELECT kept.keyring_id, kept.sealed FROM idempotency AS kept WHERE kept.key = $8
),
known AS (
    SELECT webhook.id FROM allowed CROSS JOIN webhooks AS webhook WHERE webhook.id = $4
),
changed AS (
    UPDATE webhooks AS webhook
    SET old_secret_id = webhook.secret_id, old_keyring_id = webhook.secret_keyring_id, old_sealed = webhook.secret_sealed,
        old_until = now() + interval '24 hours', secret_id = $5, secret_keyring_id = $6, secret_sealed = $7, updated_at = now()
    FROM known
    -- Not by our own earlier run.
    WHERE webhook.id = known.id AND webhook.secret_id <> $5 AND NOT EXISTS (SELECT FROM replayed)
    RETURNING webhook.id
),
kept AS (
    INSERT INTO idempotency (key, user_id, keyring_id, sealed)
    SELECT $8, $2, $9, $10 FROM changed WHERE $8::bytea IS NOT NULL
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
    SELECT $11, 'sensitive_update', allowed.user_id, $1, 'webhook', changed.id, $12, $13,
           jsonb_build_object('fields', jsonb_build_array('secret'))
    FROM allowed, changed
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       EXISTS (SELECT FROM allowed) AS "allowed!",
       EXISTS (SELECT FROM known) AS "known!",
       replayed.keyring_id AS "replayed_keyring_id?",
       replayed.sealed AS "replayed_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN replayed ON EXISTS (SELECT FROM allowed)
