-- A page of messages on both sides of a place, as two index ranges. One row at least: the message columns are null
-- when the page is empty.
-- $4: the first seq of the newer side; $5: how many older ones; $6: how many from $4 on. Each one more than shown, which
-- tells whether there is more.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
reader AS (
    SELECT reader.conversation_id, reader.user_id, reader.after_seq
    FROM session
    JOIN message_readers AS reader ON reader.user_id = session.user_id
    WHERE reader.conversation_id = $3
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
       epoch_key.keyring_id AS "key_keyring_id?",
       epoch_key.sealed AS "key_sealed?",
       (SELECT parts
        FROM message_parts(
            message.conversation_id, message.seq, message.type, message.reply_to_seq, message.reactions, reader.user_id
        )) AS "parts?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN reader ON true
LEFT JOIN LATERAL (
    (SELECT * FROM messages AS older
     WHERE older.conversation_id = reader.conversation_id AND older.seq < $4 AND older.seq > reader.after_seq
       AND NOT EXISTS (
           SELECT FROM hidden_messages AS hidden
           WHERE hidden.conversation_id = older.conversation_id AND hidden.seq = older.seq
             AND hidden.user_id = reader.user_id
       )
     ORDER BY older.seq DESC
     LIMIT $5)
    UNION ALL
    (SELECT * FROM messages AS newer
     WHERE newer.conversation_id = reader.conversation_id AND newer.seq >= $4 AND newer.seq > reader.after_seq
       AND NOT EXISTS (
           SELECT FROM hidden_messages AS hidden
           WHERE hidden.conversation_id = newer.conversation_id AND hidden.seq = newer.seq
             AND hidden.user_id = reader.user_id
       )
     ORDER BY newer.seq
     LIMIT $6)
) AS message ON true
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
