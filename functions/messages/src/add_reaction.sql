-- A reaction of the caller's. Safe to repeat with the same arguments. Always one row. One kind too many violates
-- messages_reaction_kinds_check, and nothing happens.
-- $5: the emoji; $6: the event's id.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
-- Membership, message and conversation are locked in this order, wherever a message is changed.
reader AS (
    SELECT reader.conversation_id, reader.user_id, reader.role, reader.after_seq
    FROM session
    JOIN message_readers AS reader ON reader.user_id = session.user_id
    WHERE reader.conversation_id = $3
    FOR NO KEY UPDATE OF reader
),
found AS (
    SELECT message.*
    FROM reader
    JOIN messages AS message ON message.conversation_id = reader.conversation_id AND message.seq > reader.after_seq
    WHERE message.id = $4
      AND NOT EXISTS (
          SELECT FROM hidden_messages AS hidden
          WHERE hidden.conversation_id = message.conversation_id AND hidden.seq = message.seq
            AND hidden.user_id = reader.user_id
      )
    FOR NO KEY UPDATE OF message
),
-- Joined, as in every statement that says something: asked for within an expression, the planner may read the whole view.
blocked AS (
    SELECT FROM found
    JOIN silenced_conversations AS silenced ON silenced.conversation_id = found.conversation_id
),
judged AS (
    SELECT CASE
        WHEN found.deleted_at IS NOT NULL OR found.expires_at <= clock_timestamp() THEN 'message_deleted'
        WHEN EXISTS (SELECT FROM blocked) THEN 'not_allowed'
        ELSE 'ok'
    END AS outcome
    FROM found
),
added AS (
    INSERT INTO reactions (conversation_id, seq, user_id, emoji)
    SELECT found.conversation_id, found.seq, $2, $5
    FROM found
    JOIN judged ON judged.outcome = 'ok'
    ON CONFLICT DO NOTHING
    RETURNING conversation_id, seq
),
conversation AS (
    UPDATE conversations AS conversation
    SET change_seq = conversation.change_seq + 1
    FROM added
    WHERE conversation.id = added.conversation_id
    RETURNING conversation.id, conversation.change_seq
),
changed AS (
    UPDATE messages AS message
    SET change_seq = conversation.change_seq,
        reactions = coalesce(message.reactions, '{}') || jsonb_build_object($5::text, jsonb_build_object(
            'count', coalesce((message.reactions -> $5 ->> 'count')::bigint, 0) + 1,
            'since', coalesce((message.reactions -> $5 ->> 'since')::bigint, conversation.change_seq)
        )),
        reaction_kinds = message.reaction_kinds + CASE WHEN message.reactions ? $5 THEN 0 ELSE 1 END
    FROM added
    JOIN conversation ON conversation.id = added.conversation_id
    WHERE message.conversation_id = added.conversation_id AND message.seq = added.seq
    RETURNING message.*
),
event AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, message_id)
    SELECT $6, 'reaction.updated', changed.conversation_id, changed.change_seq, changed.id
    FROM changed
),
message AS (
    SELECT changed.* FROM changed
    UNION ALL
    SELECT found.* FROM found JOIN judged ON judged.outcome = 'ok' WHERE NOT EXISTS (SELECT FROM changed)
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           ELSE coalesce(judged.outcome, 'not_found')
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
            message.conversation_id, message.seq, message.type, message.reply_to_seq, message.reactions, $2
        )) AS "parts?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN judged ON true
LEFT JOIN message ON true
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
