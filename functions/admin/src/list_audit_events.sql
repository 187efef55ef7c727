-- A page of security events, newest first. At least one row, which says whether the caller may see it.
-- $3: the roles that may; $4: which part of the filter leads; $5, $6, $7: subject, actor, event, or null; $8: from this time on;
-- $9, $10: before the event of this time and id; $11: how many are looked at; $12: how many are answered;
-- $13: whether this is a first page, which is recorded as event $14.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT FROM live WHERE live.role = ANY ($3::text[])
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, address, request_id, detail)
    SELECT $14, 'sensitive_read', $2, $1, $15, $16, jsonb_build_object('what', 'audit_events')
    FROM allowed
    WHERE $13::boolean
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM allowed) AS "allowed!",
       found.id AS "id?", found.at AS "at?", found.event AS "event?", found.actor_id AS "actor_id?",
       found.session_id AS "session_id?", found.subject_type AS "subject_type?", found.subject_id AS "subject_id?",
       found.address AS "address?", found.request_id AS "request_id?", found.detail::text AS "detail?",
       entry.seq AS "seq?", entry.hash AS "hash?", entry.bytes AS "bytes?",
       found.wanted AS "wanted?", found.last AS "last?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN LATERAL (
    SELECT looked_at.*
    FROM (
        SELECT candidate.*,
               ($6::uuid IS NULL OR candidate.actor_id = $6) AND ($7::text IS NULL OR candidate.event = $7) AS wanted,
               row_number() OVER (ORDER BY candidate.at DESC, candidate.id DESC) = $11 AS last
        FROM (
            -- Each part has its own index; those that do not lead are not run. Bounds are of whole rows of the index, so that no
            -- other index looks as good.
            (SELECT happened.* FROM audit_events AS happened
             WHERE $4 = 'subject_id' AND happened.subject_id = $5
               AND (happened.subject_id, happened.at) >= ($5, $8)
               AND (happened.subject_id, happened.at, happened.id) < ($5, $9, $10)
             ORDER BY happened.at DESC, happened.id DESC LIMIT $11)
            UNION ALL
            (SELECT happened.* FROM audit_events AS happened
             WHERE $4 = 'actor_id' AND happened.actor_id = $6
               AND (happened.actor_id, happened.at) >= ($6, $8)
               AND (happened.actor_id, happened.at, happened.id) < ($6, $9, $10)
             ORDER BY happened.at DESC, happened.id DESC LIMIT $11)
            UNION ALL
            (SELECT happened.* FROM audit_events AS happened
             WHERE $4 = 'event' AND happened.event = $7
               AND (happened.event, happened.at) >= ($7, $8)
               AND (happened.event, happened.at, happened.id) < ($7, $9, $10)
             ORDER BY happened.at DESC, happened.id DESC LIMIT $11)
            UNION ALL
            (SELECT happened.* FROM audit_events AS happened
             WHERE $4 = 'at' AND happened.at >= $8 AND (happened.at, happened.id) < ($9, $10)
             ORDER BY happened.at DESC, happened.id DESC LIMIT $11)
        ) AS candidate
        WHERE EXISTS (SELECT FROM allowed)
    ) AS looked_at
    WHERE looked_at.wanted OR looked_at.last
    ORDER BY looked_at.at DESC, looked_at.id DESC
    LIMIT $12
) AS found ON true
LEFT JOIN LATERAL (
    SELECT log.seq, log.hash, log.bytes FROM audit_log AS log WHERE log.seq = found.chain_seq LIMIT 1
) AS entry ON true
ORDER BY found.at DESC, found.id DESC
