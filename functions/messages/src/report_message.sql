-- A report of a message: one for each user and message. Safe to repeat with the same arguments. Always one row.
-- $5: the report's id; $6: the reason; $7, $8: the comment, sealed, and under which K1.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
found AS (
    SELECT message.*
    FROM session
    JOIN message_readers AS reader ON reader.user_id = session.user_id
    JOIN messages AS message ON message.conversation_id = reader.conversation_id AND message.seq > reader.after_seq
    WHERE reader.conversation_id = $3 AND message.id = $4
      AND NOT EXISTS (
          SELECT FROM hidden_messages AS hidden
          WHERE hidden.conversation_id = message.conversation_id AND hidden.seq = message.seq
            AND hidden.user_id = session.user_id
      )
),
earlier AS (
    SELECT report.*
    FROM found
    JOIN reports AS report ON report.message_id = found.id AND report.reporter_id = $2
),
made AS (
    INSERT INTO reports (id, conversation_id, message_id, reporter_id, reason, comment_sealed, comment_keyring_id)
    SELECT $5, found.conversation_id, found.id, $2, $6, $7, $8
    FROM found
    WHERE NOT EXISTS (SELECT FROM earlier)
    -- The same user may be reporting it at this moment from another device: the next try finds that report.
    ON CONFLICT DO NOTHING
    RETURNING *
),
report AS (
    SELECT * FROM made UNION ALL SELECT * FROM earlier
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           WHEN NOT EXISTS (SELECT FROM found) THEN 'not_found'
           ELSE 'ok'
       END AS "outcome!",
       report.id AS "id?",
       report.message_id AS "message_id?",
       report.reason AS "reason?",
       report.status AS "status?",
       report.created_at AS "created_at?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN report ON true
