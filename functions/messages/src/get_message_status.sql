-- How far a message has come, from the watermarks of those it was sent to. One row at least.
-- Sent to: members other than its sender who were there already. One who does not send read receipts has it delivered at
-- the most. $5: how many of them are told of by name; all of them are counted.
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
others AS (
    SELECT member.user_id,
           member.delivered_seq,
           CASE WHEN users.send_read_receipts THEN member.read_seq END AS read_seq,
           found.seq
    FROM found
    JOIN members AS member ON member.conversation_id = found.conversation_id
    JOIN users ON users.id = member.user_id
    WHERE member.left_at IS NULL AND member.user_id <> found.sender_id AND member.since_seq < found.seq
),
counts AS (
    SELECT count(*) AS members,
           count(*) FILTER (WHERE others.delivered_seq >= others.seq) AS delivered,
           count(*) FILTER (WHERE others.read_seq >= others.seq) AS read
    FROM others
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           WHEN NOT EXISTS (SELECT FROM found) THEN 'not_found'
           ELSE 'ok'
       END AS "outcome!",
       found.seq AS "seq?",
       counts.members AS "member_count!",
       counts.delivered AS "delivered_count!",
       counts.read AS "read_count!",
       told.user_id AS "user_id?",
       told.delivered_seq AS "delivered_seq?",
       told.read_seq AS "read_seq?"
FROM (VALUES (0)) AS one (row)
CROSS JOIN counts
LEFT JOIN found ON true
LEFT JOIN LATERAL (SELECT others.* FROM others ORDER BY others.user_id LIMIT $5) AS told ON true
ORDER BY told.user_id
