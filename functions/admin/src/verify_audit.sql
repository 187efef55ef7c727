-- A stretch of the audit log with what has become of its events. At least one row, which says whether the caller may see it.
-- $3: the roles that may; $4: the entry that the stretch comes after; $5: how many entries.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT FROM live WHERE live.role = ANY ($3::text[])
)
SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM allowed) AS "allowed!",
       head.chain_id AS "chain_id?", head.seq AS "head_seq?", head.hash AS "head_hash?",
       previous.hash AS "previous_hash?",
       entry.seq AS "seq?", entry.at AS "at?", entry.bytes AS "bytes?", entry.hash AS "hash?", entry.event AS "event?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN audit_head AS head ON EXISTS (SELECT FROM allowed)
LEFT JOIN audit_log AS previous ON previous.seq = $4 AND EXISTS (SELECT FROM allowed)
LEFT JOIN LATERAL (
    SELECT log.seq, log.at, log.bytes, log.hash,
           CASE
               WHEN happened.id IS NULL THEN 'missing'
               WHEN happened.chain_seq = log.seq AND happened.bytes = log.bytes THEN 'same'
               ELSE 'changed'
           END AS event
    FROM audit_log AS log
    LEFT JOIN LATERAL (
        SELECT known.id, known.chain_seq, audit_bytes(known) AS bytes FROM audit_events AS known WHERE known.id = log.event_id LIMIT 1
    ) AS happened ON true
    WHERE log.seq > $4 AND EXISTS (SELECT FROM allowed)
    ORDER BY log.seq
    LIMIT $5
) AS entry ON true
ORDER BY entry.seq
