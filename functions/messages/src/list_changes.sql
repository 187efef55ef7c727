-- Changes of a conversation after one of them, in their order. One row at least: the change columns are null when there is
-- none.
-- $4: the change to go on after; $5: how many. What one change has done to several members is several rows, which stay
-- together.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
reader AS (
    SELECT reader.conversation_id, reader.user_id, reader.after_seq
    FROM session
    JOIN message_readers AS reader ON reader.user_id = session.user_id
    WHERE reader.conversation_id = $3
),
current AS (
    SELECT conversation.change_seq,
           -- The log begins later than the caller's last change: what lies between is not known any more.
           coalesce((
               SELECT min(kept.change_seq) FROM outbox AS kept
               WHERE kept.conversation_id = conversation.id
           ), conversation.change_seq + 1) - 1 > $4::bigint AND conversation.change_seq > $4 AS reset
    FROM reader
    JOIN conversations AS conversation ON conversation.id = reader.conversation_id
),
change AS (
    SELECT event.*
    FROM reader
    CROSS JOIN current
    CROSS JOIN LATERAL (
        SELECT logged.*
        FROM outbox AS logged
        WHERE logged.conversation_id = reader.conversation_id AND logged.change_seq > $4 AND NOT current.reset
        ORDER BY logged.change_seq
        FETCH FIRST ($5) ROWS WITH TIES
    ) AS event
),
-- As they are now, where the caller may see them.
message AS (
    SELECT change.id AS change_id, message.*, epoch_key.keyring_id AS key_keyring_id, epoch_key.sealed AS key_sealed,
           parts.parts
    FROM reader
    CROSS JOIN change
    JOIN messages AS message
      ON message.id = change.message_id AND message.conversation_id = reader.conversation_id
     AND message.seq > reader.after_seq
    LEFT JOIN conversation_keys AS epoch_key
           ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
    CROSS JOIN LATERAL message_parts(
        message.conversation_id, message.seq, message.type, message.reply_to_seq, message.reactions, reader.user_id
    ) AS parts
    WHERE NOT EXISTS (
        SELECT FROM hidden_messages AS hidden
        WHERE hidden.conversation_id = message.conversation_id AND hidden.seq = message.seq
          AND hidden.user_id = reader.user_id
    )
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           WHEN reader.user_id IS NULL THEN 'not_found'
           ELSE 'ok'
       END AS "outcome!",
       message.id AS "id?",
       message.conversation_id AS "conversation_id?",
       message.seq AS "seq?",
       message.change_seq AS "change_seq?",
       message.client_id AS "client_id?",
       message.sender_id AS "sender_id?",
       message.type AS "kind?",
       message.epoch AS "epoch?",
       message.version AS "version?",
       message.sealed AS "sealed?",
       message.created_at AS "created_at?",
       message.edited_at AS "edited_at?",
       message.deleted_at AS "deleted_at?",
       message.expires_at AS "expires_at?",
       message.key_keyring_id AS "key_keyring_id?",
       message.key_sealed AS "key_sealed?",
       message.parts AS "parts?",
       current.change_seq AS "current_change_seq?",
       current.reset AS "reset?",
       change.change_seq AS "at_change_seq?",
       change.type AS "type?",
       change.created_at AS "at?",
       change.message_id AS "message_id?",
       change.user_id AS "user_id?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN reader ON true
LEFT JOIN current ON true
LEFT JOIN change ON true
LEFT JOIN message ON message.change_id = change.id
ORDER BY change.change_seq, change.id
