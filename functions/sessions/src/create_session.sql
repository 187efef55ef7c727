-- A session of a user whose password was right. Safe to repeat with the same arguments. No row: the user may not come in.
-- $15: the idempotency key, or null; $16, $17: the answer as it is kept.
WITH replayed AS (
    SELECT kept.keyring_id, kept.sealed FROM idempotency AS kept WHERE kept.key = $15
),
allowed AS (
    SELECT users.id
    FROM users
    -- Asked again: suspension may have come while the password was being checked.
    WHERE users.id = $2 AND users.suspended_at IS NULL AND users.deleted_at IS NULL
    -- Log-ins of one user come one after the other, so that they never wait for each other's places in a circle.
    FOR NO KEY UPDATE
),
earlier AS (
    SELECT session.place FROM sessions AS session WHERE session.id = $1
),
-- A free one of the user's 25 places, else that of a session that has ended, else of the one idle longest.
chosen AS (
    SELECT allowed.id AS user_id, place.number, before.id AS before_id, goes_on.yes AS ends_before
    FROM allowed
    CROSS JOIN generate_series(1, 25) AS place (number)
    LEFT JOIN sessions AS before ON before.user_id = allowed.id AND before.place = place.number
    CROSS JOIN LATERAL (
        SELECT before.revoked_at IS NULL AND before.expires_at > now()
               AND (before.access_expires_at > now() OR EXISTS (
                   SELECT FROM refresh_tokens AS token
                   WHERE token.session_id = before.id AND token.used_at IS NULL AND token.expires_at > now()
               )) AS yes
    ) AS goes_on
    WHERE NOT EXISTS (SELECT FROM earlier) AND NOT EXISTS (SELECT FROM replayed)
    ORDER BY before.id IS NULL DESC,
             goes_on.yes,
             before.access_expires_at,
             place.number
    LIMIT 1
),
replaced AS (
    UPDATE sessions AS before
    SET place = NULL, revoked_at = coalesce(before.revoked_at, now())
    FROM chosen
    WHERE before.id = chosen.before_id
),
-- Whoever has it open elsewhere hears of it by the sweep; until then its sockets are told nothing.
told AS (
    INSERT INTO outbox (id, type, user_id)
    SELECT gen_random_uuid(), 'session.revoked', chosen.user_id FROM chosen WHERE chosen.ends_before
),
session AS (
    INSERT INTO sessions (id, user_id, place, device_name, access_hash, access_expires_at, expires_at)
    SELECT $1, chosen.user_id, chosen.number, $3, $4, $5, $6 FROM chosen
    RETURNING id, user_id
),
refresh AS (
    INSERT INTO refresh_tokens (hash, session_id, expires_at)
    SELECT $7, session.id, $8 FROM session
),
rehashed AS (
    UPDATE credentials
    SET version = $12, keyring_id = $13, password_sealed = $14
    FROM session
    WHERE credentials.user_id = session.user_id AND credentials.version = $12 - 1
),
kept AS (
    INSERT INTO idempotency (key, user_id, keyring_id, sealed)
    SELECT $15, session.user_id, $16, $17 FROM session WHERE $15::bytea IS NOT NULL
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
    SELECT $9, 'authn_login_success', session.user_id, session.id, 'session', session.id, $10, $11,
           CASE WHEN chosen.ends_before THEN jsonb_build_object('ended_session_id', chosen.before_id) ELSE '{}' END
    FROM session, chosen
)
SELECT replayed.keyring_id AS "keyring_id?", replayed.sealed AS "sealed?"
FROM allowed
LEFT JOIN replayed ON true
