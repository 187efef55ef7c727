-- An upload to come, with the answer that a repeat gets. Safe to repeat with the same arguments. Always one row.
-- $7, $8: what is sealed of it; $9: the idempotency key, or null; $10, $11: the answer as it is kept;
-- $12, $13: how many uploads; $14, $15: how many bytes; $16: the SHA-256 that was announced, or null.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
replayed AS (
    SELECT kept.keyring_id, kept.sealed FROM session JOIN idempotency AS kept ON kept.user_id = session.user_id WHERE kept.key = $9
),
-- Our own earlier run, whose answer was lost.
earlier AS (
    SELECT FROM session JOIN media AS file ON file.owner_id = session.user_id WHERE file.id = $3
),
counted AS (
    SELECT session.user_id, taken.*
    FROM session
    CROSS JOIN LATERAL take_from_limit(limit_key('upload', session.user_id), $12, $13, 1) AS taken
    WHERE NOT EXISTS (SELECT FROM replayed) AND NOT EXISTS (SELECT FROM earlier)
),
weighed AS (
    SELECT counted.user_id, taken.*
    FROM counted
    CROSS JOIN LATERAL take_from_limit(limit_key('upload_bytes', counted.user_id), $14, $15, $6::integer) AS taken
    WHERE counted.allowed
),
created AS (
    INSERT INTO media (id, owner_id, kind, content_type, size, details_sealed, details_keyring_id, checksum_sha256)
    SELECT $3, weighed.user_id, $4, $5, $6, $7, $8, $16 FROM weighed WHERE weighed.allowed
    RETURNING id, owner_id
),
-- Unless something holds it by then, it goes.
review AS (
    INSERT INTO media_reviews (media_id, due) SELECT created.id, now() + interval '1 day' FROM created
),
kept AS (
    INSERT INTO idempotency (key, user_id, keyring_id, sealed)
    SELECT $9, created.owner_id, $10, $11 FROM created WHERE $9::bytea IS NOT NULL
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       EXISTS (SELECT FROM created) OR EXISTS (SELECT FROM earlier) AS "announced!",
       counted.allowed AS "count_allowed?",
       counted.ahead_us AS "count_ahead_us?",
       counted.newly_refused AS "count_newly_refused?",
       weighed.allowed AS "bytes_allowed?",
       weighed.ahead_us AS "bytes_ahead_us?",
       weighed.newly_refused AS "bytes_newly_refused?",
       replayed.keyring_id AS "replayed_keyring_id?",
       replayed.sealed AS "replayed_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN counted ON true
LEFT JOIN weighed ON true
LEFT JOIN replayed ON true
