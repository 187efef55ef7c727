-- Unpins a message for everybody. Safe to repeat with the same arguments. Always one row.
-- $5: the event's id.
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
removed AS (
    DELETE FROM pins AS pin
    USING found
    WHERE pin.conversation_id = found.conversation_id AND pin.seq = found.seq
    RETURNING pin.conversation_id, pin.seq
),
conversation AS (
    UPDATE conversations AS conversation
    SET change_seq = conversation.change_seq + 1, pin_count = conversation.pin_count - 1
    FROM removed
    WHERE conversation.id = removed.conversation_id
    RETURNING conversation.id, conversation.change_seq
),
changed AS (
    UPDATE messages AS message
    SET change_seq = conversation.change_seq
    FROM removed
    JOIN conversation ON conversation.id = removed.conversation_id
    WHERE message.conversation_id = removed.conversation_id AND message.seq = removed.seq
    RETURNING message.id, message.conversation_id, message.change_seq
),
event AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, message_id)
    SELECT $5, 'message.updated', changed.conversation_id, changed.change_seq, changed.id
    FROM changed
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           WHEN NOT EXISTS (SELECT FROM found) THEN 'not_found'
           ELSE 'ok'
       END AS "outcome!"
