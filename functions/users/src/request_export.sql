-- A new export, or the one that stands for it. Safe to repeat with the same arguments: our own earlier run stands for it. Always
-- one row.
-- $7: when it is asked for; $8: the idempotency key, or null; $9, $10: the answer as it is kept.
WITH live AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
-- One that is being made, that was made lately or that failed a moment ago.
standing AS (
    SELECT export.*
    FROM live
    JOIN exports AS export ON export.user_id = live.user_id
    WHERE export.state IN ('pending', 'running')
       OR (export.state = 'ready' AND export.finished_at > now() - interval '6 hours')
       OR (export.state = 'failed' AND export.finished_at > now() - interval '1 hour')
    ORDER BY export.requested_at DESC, export.id DESC
    LIMIT 1
),
replayed AS (
    SELECT kept.keyring_id, kept.sealed FROM live, idempotency AS kept WHERE kept.key = $8
),
created AS (
    INSERT INTO exports (id, user_id, requested_at)
    SELECT $3, live.user_id, $7 FROM live
    WHERE NOT EXISTS (SELECT FROM standing) AND NOT EXISTS (SELECT FROM replayed)
    -- Somebody asked at this very moment: theirs stands for ours. It changes nothing but makes the statement return their row.
    ON CONFLICT (user_id) WHERE state IN ('pending', 'running') DO UPDATE SET user_id = excluded.user_id
    RETURNING *
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
    SELECT $4, 'sensitive_create', created.user_id, $1, 'export', created.id, $5, $6 FROM created WHERE created.id = $3
    ON CONFLICT (id) DO NOTHING
),
kept AS (
    INSERT INTO idempotency (key, user_id, keyring_id, sealed)
    SELECT $8, $2, $9, $10 FROM created WHERE created.id = $3 AND $8::bytea IS NOT NULL
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       export.id AS "id?",
       export.state AS "state?",
       export.requested_at AS "requested_at?",
       export.finished_at AS "finished_at?",
       export.size AS "size?",
       export.expires_at AS "expires_at?",
       export.object_key AS "object_key?",
       replayed.keyring_id AS "replayed_keyring_id?",
       replayed.sealed AS "replayed_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN replayed ON true
LEFT JOIN (SELECT * FROM standing UNION ALL SELECT * FROM created) AS export ON true
