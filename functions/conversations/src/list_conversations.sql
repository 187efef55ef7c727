-- A page of the caller's conversations by last activity. One row at least: the conversation columns are null when the
-- page is empty.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       conversation.*
FROM (VALUES (0)) AS one (row)
LEFT JOIN LATERAL (
    SELECT *
    FROM member_conversations AS candidate
    WHERE candidate.user_id = (SELECT user_id FROM session)
      AND ($3::boolean IS NULL OR candidate.archived = $3)
      AND ($4::timestamptz IS NULL OR (candidate.updated_at, candidate.id) < ($4, $5::uuid))
    ORDER BY candidate.updated_at DESC, candidate.id DESC
    LIMIT $6
) AS conversation ON true
ORDER BY conversation.updated_at DESC, conversation.id DESC
