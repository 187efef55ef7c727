-- A user with a password and a first session. Safe to repeat with the same arguments: the same id is the same request.
-- No row: the user name is somebody else's.
WITH registered AS (
    INSERT INTO users (id, username, display_name, email_sealed, email_keyring_id)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT ON CONSTRAINT users_username_key
    -- Changes nothing; it makes a repeat return its row.
    DO UPDATE SET username = users.username WHERE users.id = excluded.id
    RETURNING id, created_at
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
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
    SELECT $14, 'user_created', registered.id, $8, 'user', registered.id, $15, $16 FROM registered
    ON CONFLICT (id) DO NOTHING
)
SELECT created_at FROM registered
