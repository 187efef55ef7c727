-- A page of the caller's conversations in the order of their ids, and where the log of changes is. One row at least: the
-- conversation columns are null when the page is empty.
-- $3, $4: the log and the place in it that the snapshot began at, or null; $5: the conversation to go on after; $6: how many.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
log AS (
    SELECT change_log.id, change_log.removed_xid, pg_snapshot_xmin(pg_current_snapshot()) AS horizon,
           $3::uuid IS NULL
           OR (change_log.id = $3
               AND $4::bigint::text::xid8 > change_log.removed_xid
               AND $4::bigint::text::xid8 <= pg_snapshot_xmax(pg_current_snapshot())) AS valid
    FROM session
    CROSS JOIN change_log
),
newest AS (
    SELECT (
        SELECT logged.xid FROM outbox AS logged WHERE logged.xid < log.horizon ORDER BY logged.xid DESC LIMIT 1
    ) AS xid
    FROM log
),
page AS (
    SELECT member.user_id, member.conversation_id
    FROM session
    JOIN log ON log.valid
    JOIN members AS member ON member.user_id = session.user_id
    WHERE member.left_at IS NULL AND member.conversation_id > $5
    ORDER BY member.conversation_id
    LIMIT $6
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       log.id AS "log_id?",
       log.valid AS "log_valid?",
       greatest(newest.xid, log.removed_xid)::text::bigint + 1 AS "end_xid?",
       conversation.*
FROM (VALUES (0)) AS one (row)
LEFT JOIN log ON true
LEFT JOIN newest ON true
LEFT JOIN (
    SELECT own.*
    FROM page
    JOIN own_conversations AS own ON own.user_id = page.user_id AND own.id = page.conversation_id
) AS conversation ON true
ORDER BY conversation.id
