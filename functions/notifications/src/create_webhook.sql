-- A webhook. Safe to repeat with the same arguments. Always one row.
-- $3: the roles that may; $4: its id; $5: the URL; $6: types of events; $7: what it is for; $8: enabled;
-- $9, $10, $11: its secret, sealed, and under which K1; $12: now; $13: the idempotency key, or null; $14, $15: the answer as
-- it is kept.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT live.user_id FROM live WHERE live.role = ANY ($3::text[])
),
replayed AS (
    SELECT kept.keyring_id, kept.sealed FROM idempotency AS kept WHERE kept.key = $13
),
free AS (
    SELECT place.number
    FROM generate_series(1, 50) AS place (number)
    WHERE NOT EXISTS (SELECT FROM webhooks WHERE webhooks.place = place.number)
       OR EXISTS (SELECT FROM webhooks WHERE webhooks.id = $4)
    ORDER BY place.number
    LIMIT 1
),
created AS (
    INSERT INTO webhooks (id, url, events, description, enabled, secret_id, secret_keyring_id, secret_sealed, place, created_at,
                          updated_at)
    SELECT $4, $5, $6, $7, $8, $9, $10, $11, free.number, $12, $12
    FROM allowed, free
    WHERE NOT EXISTS (SELECT FROM replayed)
    -- Our own earlier run.
    ON CONFLICT (id) DO UPDATE SET id = excluded.id
    RETURNING id
),
kept AS (
    INSERT INTO idempotency (key, user_id, keyring_id, sealed)
    SELECT $13, $2, $14, $15 FROM created WHERE $13::bytea IS NOT NULL
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
    SELECT $16, 'sensitive_create', allowed.user_id, $1, 'webhook', created.id, $17, $18 FROM allowed, created
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       EXISTS (SELECT FROM allowed) AS "allowed!",
       EXISTS (SELECT FROM created) AS "created!",
       replayed.keyring_id AS "replayed_keyring_id?",
       replayed.sealed AS "replayed_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN replayed ON EXISTS (SELECT FROM allowed)
