-- Deletes a message: for everybody, which leaves a tombstone, or from the caller's own view. Safe to repeat with the same
-- arguments. Always one row.
-- $5: whether for everybody; $6: the event's id. What else a tombstone loses, the trigger messages_forget takes.
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
-- One that the caller has hidden is found too: it can be hidden again, or deleted for everybody after all.
found AS (
    SELECT message.*
    FROM reader
    JOIN messages AS message ON message.conversation_id = reader.conversation_id AND message.seq > reader.after_seq
    WHERE message.id = $4
    FOR NO KEY UPDATE OF message
),
judged AS (
    SELECT CASE
        WHEN NOT $5::boolean THEN 'hide'
        WHEN found.type = 'system' THEN 'message_immutable'
        WHEN found.sender_id <> reader.user_id AND reader.role = 'member' THEN 'role_required'
        WHEN found.deleted_at IS NOT NULL THEN 'ok'
        ELSE 'delete'
    END AS outcome
    FROM reader
    JOIN found ON true
),
hiding AS (
    INSERT INTO hidden_messages (conversation_id, seq, user_id)
    SELECT found.conversation_id, found.seq, $2
    FROM found
    JOIN judged ON judged.outcome = 'hide'
    ON CONFLICT DO NOTHING
    RETURNING hidden_messages.conversation_id, hidden_messages.user_id
),
conversation AS (
    UPDATE conversations AS conversation
    SET change_seq = conversation.change_seq + 1
    FROM found
    JOIN judged ON judged.outcome = 'delete'
    WHERE conversation.id = found.conversation_id
    RETURNING conversation.id, conversation.change_seq
),
deleted AS (
    UPDATE messages AS message
    SET deleted_at = clock_timestamp(),
        change_seq = conversation.change_seq,
        sealed = NULL,
        reactions = NULL,
        reaction_kinds = 0,
        reply_to_seq = NULL
    FROM found
    JOIN conversation ON conversation.id = found.conversation_id
    WHERE message.conversation_id = found.conversation_id AND message.seq = found.seq
    RETURNING message.id, message.conversation_id, message.change_seq
),
event AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, message_id, user_id, about_conversation_id)
    SELECT $6::uuid, 'message.deleted', deleted.conversation_id, deleted.change_seq, deleted.id, NULL, NULL FROM deleted
    UNION ALL
    -- For the caller's other devices.
    SELECT $6, 'conversation.message_hidden', NULL, NULL, $4, hiding.user_id, hiding.conversation_id FROM hiding
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           WHEN judged.outcome IS NULL THEN 'not_found'
           WHEN judged.outcome IN ('hide', 'delete') THEN 'ok'
           ELSE judged.outcome
       END AS "outcome!"
FROM (VALUES (0)) AS one (row)
LEFT JOIN judged ON true
