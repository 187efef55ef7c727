-- One message. Always one row: the message columns are null where there is none that the caller may see.
--
-- Who may see what is decided by inner joins, inside a CTE of its own: with a chain of outer joins in its place,
-- PostgreSQL 18.4 pushes $3 past the membership and hands the message to anybody (docs/decisions/0004).
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
found AS (
    SELECT message.*,
           epoch_key.keyring_id AS key_keyring_id,
           epoch_key.sealed AS key_sealed,
           parts.parts
    FROM session
    JOIN message_readers AS reader ON reader.user_id = session.user_id
    JOIN messages AS message ON message.conversation_id = reader.conversation_id AND message.seq > reader.after_seq
    LEFT JOIN conversation_keys AS epoch_key
           ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
    CROSS JOIN LATERAL message_parts(
        message.conversation_id, message.seq, message.type, message.reply_to_seq, message.reactions, session.user_id
    ) AS parts
    WHERE reader.conversation_id = $3 AND message.id = $4
      AND NOT EXISTS (
          SELECT FROM hidden_messages AS hidden
          WHERE hidden.conversation_id = message.conversation_id AND hidden.seq = message.seq
            AND hidden.user_id = session.user_id
      )
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           WHEN found.id IS NULL THEN 'not_found'
           ELSE 'ok'
       END AS "outcome!",
       found.id AS "id?",
       found.conversation_id AS "conversation_id?",
       found.seq AS "seq?",
       found.change_seq AS "change_seq?",
       found.client_id AS "client_id?",
       found.sender_id AS "sender_id?",
       found.type AS "kind?",
       found.epoch AS "epoch?",
       found.version AS "version?",
       found.sealed AS "sealed?",
       found.created_at AS "created_at?",
       found.edited_at AS "edited_at?",
       found.deleted_at AS "deleted_at?",
       found.expires_at AS "expires_at?",
       found.key_keyring_id AS "key_keyring_id?",
       found.key_sealed AS "key_sealed?",
       found.parts AS "parts?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN found ON true
