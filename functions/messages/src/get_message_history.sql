-- The earlier versions of a message, the latest first. One row at least: the version columns are null when there is none.
-- $5: the version that the page before ended with, or null; $6: how many.
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
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           WHEN NOT EXISTS (SELECT FROM found) THEN 'not_found'
           ELSE 'ok'
       END AS "outcome!",
       found.id AS "id?",
       found.conversation_id AS "conversation_id?",
       found.sender_id AS "sender_id?",
       found.type AS "kind?",
       revision.version AS "version?",
       revision.epoch AS "epoch?",
       revision.sealed AS "sealed?",
       revision.created_at AS "created_at?",
       epoch_key.keyring_id AS "key_keyring_id?",
       epoch_key.sealed AS "key_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN found ON true
LEFT JOIN LATERAL (
    SELECT revision.*
    FROM message_revisions AS revision
    WHERE revision.conversation_id = found.conversation_id AND revision.seq = found.seq
      AND (found.expires_at IS NULL OR found.expires_at > now())
      AND ($5::integer IS NULL OR revision.version < $5)
    ORDER BY revision.version DESC
    LIMIT $6
) AS revision ON true
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = found.conversation_id AND epoch_key.epoch = revision.epoch
ORDER BY revision.version DESC
