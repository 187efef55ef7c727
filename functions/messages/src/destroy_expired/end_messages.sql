-- Makes tombstones of messages whose time is over, so many, and tells their followers. Safe to repeat: what is done is not
-- found again. One row: how many.
WITH due AS (
    SELECT message.conversation_id, message.seq, message.expires_at
    FROM messages AS message
    WHERE message.expires_at <= now() AND message.deleted_at IS NULL
    ORDER BY message.expires_at, message.conversation_id, message.seq
    LIMIT $1
    -- Somebody is at one of them: the next run has it.
    FOR NO KEY UPDATE SKIP LOCKED
),
-- Messages before conversations, as wherever a message is changed, and conversations in order.
locked AS (
    SELECT conversation.id
    FROM conversations AS conversation
    WHERE conversation.id IN (SELECT due.conversation_id FROM due)
    ORDER BY conversation.id
    FOR NO KEY UPDATE
),
conversation AS (
    UPDATE conversations AS conversation
    SET change_seq = conversation.change_seq + over.messages
    FROM locked
    JOIN (SELECT due.conversation_id, count(*) AS messages FROM due GROUP BY due.conversation_id) AS over
      ON over.conversation_id = locked.id
    WHERE conversation.id = locked.id
    RETURNING conversation.id, conversation.change_seq - over.messages AS before
),
-- What else a tombstone loses, the triggers messages_forget and messages_forget_tokens take. It says that it went when its time
-- was over, as answers have said since then.
ended AS (
    UPDATE messages AS message
    SET deleted_at = message.expires_at,
        change_seq = conversation.before + numbered.place,
        sealed = NULL,
        reactions = NULL,
        reaction_kinds = 0,
        reply_to_seq = NULL
    FROM (SELECT due.*, row_number() OVER (PARTITION BY due.conversation_id ORDER BY due.seq) AS place FROM due) AS numbered
    JOIN conversation ON conversation.id = numbered.conversation_id
    WHERE message.conversation_id = numbered.conversation_id AND message.seq = numbered.seq
    RETURNING message.id, message.conversation_id, message.change_seq
),
events AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, message_id)
    SELECT gen_random_uuid(), 'message.deleted', ended.conversation_id, ended.change_seq, ended.id
    FROM ended
    ORDER BY ended.conversation_id, ended.change_seq
)
SELECT count(*) AS "ended!" FROM ended
