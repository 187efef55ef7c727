-- A page of the caller's conversations by last activity. One row at least: the conversation columns are null when the
-- page is empty.
-- $3, $7, $8: only those that are archived, muted, pinned, or only the others; null for both. $4, $5: where to go on; $6: how many.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
-- Which ones, before messages, keys and counts are looked up for them.
page AS (
    SELECT member.user_id, member.conversation_id
    FROM members AS member
    JOIN conversations AS conversation ON conversation.id = member.conversation_id
    WHERE member.user_id = (SELECT user_id FROM session) AND member.left_at IS NULL
      AND ($3::boolean IS NULL
           OR is_archived(member.archived_seq, conversation.last_seq, member.muted_until) = $3)
      AND ($7::boolean IS NULL OR coalesce(member.muted_until > now(), false) = $7)
      AND ($8::boolean IS NULL OR (member.pinned_at IS NOT NULL) = $8)
      AND ($4::timestamptz IS NULL OR (conversation.updated_at, conversation.id) < ($4, $5::uuid))
    ORDER BY conversation.updated_at DESC, conversation.id DESC
    LIMIT $6
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       conversation.*
FROM (VALUES (0)) AS one (row)
LEFT JOIN (
    SELECT own.*
    FROM page
    JOIN own_conversations AS own ON own.user_id = page.user_id AND own.id = page.conversation_id
) AS conversation ON true
ORDER BY conversation.updated_at DESC, conversation.id DESC
