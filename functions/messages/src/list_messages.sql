-- A page of messages on both sides of a place, as two index ranges. One row at least: the message columns are null
-- when the page is empty.
-- $4: the first seq of the newer side; $5: how many older ones; $6: how many from $4 on.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
conversation AS (
    SELECT conversation.id, conversation.last_seq, member.joined_seq
    FROM session
    JOIN members AS member ON member.user_id = session.user_id
    JOIN conversations AS conversation ON conversation.id = member.conversation_id
    WHERE member.conversation_id = $3 AND member.left_at IS NULL
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       conversation.last_seq AS "last_seq?",
       conversation.joined_seq AS "joined_seq?",
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
       epoch_key.sealed AS "key_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN conversation ON true
LEFT JOIN LATERAL (
    (SELECT * FROM messages AS older
     WHERE older.conversation_id = conversation.id AND older.seq < $4 AND older.seq > conversation.joined_seq
     ORDER BY older.seq DESC
     LIMIT $5)
    UNION ALL
    (SELECT * FROM messages AS newer
     WHERE newer.conversation_id = conversation.id AND newer.seq >= $4 AND newer.seq > conversation.joined_seq
     ORDER BY newer.seq
     LIMIT $6)
) AS message ON true
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
