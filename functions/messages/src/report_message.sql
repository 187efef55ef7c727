-- A report of a message: one for each user and message. Safe to repeat with the same arguments. Always one row.
-- $5: the report's id; $6: the reason; $7, $8: the comment, sealed, and under which K1; $9: when it is made.
-- $10: the idempotency key, or null; $11, $12: the answer as it is kept.
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
replayed AS (
    SELECT kept.keyring_id, kept.sealed FROM session, idempotency AS kept WHERE kept.key = $10
),
made AS (
    INSERT INTO reports (id, conversation_id, message_id, reporter_id, reason, comment_sealed, comment_keyring_id, created_at)
    SELECT $5, found.conversation_id, found.id, $2, $6, $7, $8, $9
    FROM found
    WHERE NOT EXISTS (SELECT FROM earlier) AND NOT EXISTS (SELECT FROM replayed)
    -- The same user may be reporting it at this moment from another device: the next try finds that report.
    ON CONFLICT DO NOTHING
    RETURNING *
),
kept AS (
    INSERT INTO idempotency (key, user_id, keyring_id, sealed)
    SELECT $10, $2, $11, $12 FROM made WHERE $10::bytea IS NOT NULL
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
       report.created_at AS "created_at?",
       replayed.keyring_id AS "replayed_keyring_id?",
       replayed.sealed AS "replayed_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN report ON true
LEFT JOIN replayed ON true
