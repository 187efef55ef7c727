-- Files of a conversation's messages, the newest first. One row at least: all but the outcome is null when there is none.
-- $4: the kinds; $5, $6: after the file of this seq and position; $7: how many, one more than shown.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
reader AS (
    SELECT reader.conversation_id, reader.user_id, reader.after_seq
    FROM session
    JOIN message_readers AS reader ON reader.user_id = session.user_id
    WHERE reader.conversation_id = $3
),
-- Of each kind the newest messages, as many as the page could need: a message holds one file at least, but for the first, of
-- which all may have been shown. Deleted ones hold none.
page AS (
    SELECT message.id, message.seq, message.sender_id, message.created_at, held.position, held.media_id
    FROM reader
    CROSS JOIN unnest($4::text[]) AS wanted (kind)
    CROSS JOIN LATERAL (
        SELECT newest.conversation_id, newest.id, newest.seq, newest.sender_id, newest.created_at
        FROM messages AS newest
        WHERE newest.conversation_id = reader.conversation_id AND newest.type = wanted.kind
          AND newest.type IN ('image', 'video', 'audio', 'file') AND newest.deleted_at IS NULL
          AND newest.seq <= $5 AND newest.seq > reader.after_seq
          AND (newest.expires_at IS NULL OR newest.expires_at > now())
          AND NOT EXISTS (
              SELECT FROM hidden_messages AS hidden
              WHERE hidden.conversation_id = newest.conversation_id AND hidden.seq = newest.seq
                AND hidden.user_id = reader.user_id
          )
        ORDER BY newest.seq DESC
        LIMIT $7::bigint + 1
    ) AS message
    JOIN message_media AS held ON held.conversation_id = message.conversation_id AND held.seq = message.seq
    WHERE message.seq < $5 OR held.position > $6::smallint
    ORDER BY message.seq DESC, held.position
    LIMIT $7
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           WHEN NOT EXISTS (SELECT FROM reader) THEN 'not_found'
           ELSE 'ok'
       END AS "outcome!",
       page.id AS "message_id?",
       page.seq AS "seq?",
       page.position AS "position?",
       page.sender_id AS "sender_id?",
       page.created_at AS "created_at?",
       CASE WHEN page.id IS NOT NULL THEN media_part(file)::text END AS "part?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN page ON true
LEFT JOIN media AS file ON file.id = page.media_id
ORDER BY page.seq DESC, page.position
