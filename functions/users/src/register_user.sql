-- A user with a password and a first session. Safe to repeat with the same arguments: the same id is the same request.
-- Always one row. $18: the idempotency key, or null; $19, $20: the answer as it is kept.
WITH replayed AS (
    SELECT kept.user_id, kept.keyring_id, kept.sealed FROM idempotency AS kept WHERE kept.key = $18
),
registered AS (
    INSERT INTO users (id, username, display_name, email_sealed, email_keyring_id, created_at)
    SELECT $1, $2, $3, $4, $5, $17 WHERE NOT EXISTS (SELECT FROM replayed)
    ON CONFLICT ON CONSTRAINT users_username_key
    -- Changes nothing; it makes a repeat return its row.
    DO UPDATE SET username = users.username WHERE users.id = excluded.id
    RETURNING id
),
credential AS (
    INSERT INTO credentials (user_id, keyring_id, password_sealed)
    SELECT registered.id, $6, $7 FROM registered
    ON CONFLICT (user_id) DO NOTHING
),
session AS (
    INSERT INTO sessions (id, user_id, place, access_hash, access_expires_at, expires_at)
    SELECT $8, registered.id, 1, $9, $10, $11 FROM registered
    ON CONFLICT (id) DO NOTHING
),
refresh AS (
    INSERT INTO refresh_tokens (hash, session_id, expires_at)
    SELECT $12, $8, $13 FROM registered
    ON CONFLICT (hash) DO NOTHING
),
kept AS (
    INSERT INTO idempotency (key, user_id, keyring_id, sealed)
    SELECT $18, registered.id, $19, $20 FROM registered WHERE $18::bytea IS NOT NULL
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
    SELECT $14, 'user_created', registered.id, $8, 'user', registered.id, $15, $16 FROM registered
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM registered) AS "registered!",
       replayed.user_id AS "replayed_user_id?",
       replayed.keyring_id AS "replayed_keyring_id?",
       replayed.sealed AS "replayed_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN replayed ON true
