-- One message. Always one row: last_seq is null for who is no member, the message columns where there is no such message.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       conversation.last_seq AS "last_seq?",
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
LEFT JOIN session ON true
LEFT JOIN members AS member
       ON member.user_id = session.user_id AND member.conversation_id = $3 AND member.left_at IS NULL
LEFT JOIN conversations AS conversation ON conversation.id = member.conversation_id
LEFT JOIN messages AS message ON message.conversation_id = conversation.id AND message.id = $4
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
