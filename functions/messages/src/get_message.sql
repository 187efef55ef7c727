-- One message. Always one row: the message columns are null where there is none that the caller may see.
--
-- Who may see what is decided by inner joins, inside a CTE of its own: with a chain of outer joins in its place,
-- PostgreSQL 18.4 pushes $3 past the membership and hands the message to anybody (docs/decisions/0004).
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
found AS (
    SELECT conversation.last_seq,
           member.joined_seq,
           message.*,
           epoch_key.keyring_id AS key_keyring_id,
           epoch_key.sealed AS key_sealed
    FROM session
    JOIN members AS member ON member.user_id = session.user_id AND member.left_at IS NULL
    JOIN conversations AS conversation ON conversation.id = member.conversation_id
    JOIN messages AS message ON message.conversation_id = conversation.id AND message.seq > member.joined_seq
    LEFT JOIN conversation_keys AS epoch_key
           ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
    WHERE member.conversation_id = $3 AND message.id = $4
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       found.last_seq AS "last_seq?",
       found.joined_seq AS "joined_seq?",
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
       found.key_sealed AS "key_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN found ON true
