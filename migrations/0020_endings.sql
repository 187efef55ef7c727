-- Messages that disappear, and what else has had its time (docs/decisions/0041).

-- Those whose time is over are found by their end; those of one conversation, to count what is unread.
CREATE INDEX messages_ending_idx ON messages (expires_at, conversation_id, seq) WHERE expires_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX messages_ending_in_idx ON messages (conversation_id, expires_at) INCLUDE (seq, sender_id, type)
    WHERE expires_at IS NOT NULL AND deleted_at IS NULL;

ALTER TABLE conversations
    -- The retention that the messages of before it was set have got, up to which message; null: that of none.
    ADD COLUMN retained_s integer,
    ADD COLUMN retained_seq bigint NOT NULL DEFAULT 0;
CREATE INDEX conversations_retention_idx ON conversations (id)
    WHERE retention_s IS NOT NULL AND (retained_s IS NULL OR retained_s <> retention_s);

ALTER TABLE media
    -- The last message that held it has ended: its objects, and then this row, are to be removed.
    ADD COLUMN abandoned_at timestamptz;
CREATE INDEX media_abandoned_idx ON media (abandoned_at) WHERE abandoned_at IS NOT NULL;

-- As in 0011, and what has disappeared counts no longer, whether or not a worker has been there: at most 10,000 of each.
CREATE OR REPLACE FUNCTION uncounted_messages(conversation uuid, viewer uuid, after_seq bigint) RETURNS TABLE (messages bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT (
        SELECT count(*)
        FROM (
            SELECT FROM messages AS message
            WHERE message.conversation_id = uncounted_messages.conversation AND message.seq > uncounted_messages.after_seq
              AND (message.type = 'system' OR message.deleted_at IS NOT NULL)
              AND message.sender_id <> viewer
            LIMIT 10000
        ) AS message
    ) + (
        SELECT count(*)
        FROM (
            SELECT FROM messages AS message
            WHERE message.conversation_id = uncounted_messages.conversation AND message.seq > uncounted_messages.after_seq
              AND message.expires_at <= now() AND message.deleted_at IS NULL AND message.type <> 'system'
              AND message.sender_id <> viewer
            LIMIT 10000
        ) AS message
    ) + (
        SELECT count(*)
        FROM (
            SELECT FROM hidden_messages AS hidden
            JOIN messages AS message ON message.conversation_id = hidden.conversation_id AND message.seq = hidden.seq
            WHERE hidden.user_id = viewer AND hidden.conversation_id = uncounted_messages.conversation
              AND hidden.seq > uncounted_messages.after_seq
              AND message.type <> 'system' AND message.deleted_at IS NULL AND message.sender_id <> viewer
              AND (message.expires_at IS NULL OR message.expires_at > now())
            LIMIT 10000
        ) AS message
    );
END;

CREATE OR REPLACE FUNCTION unread_mentions(conversation uuid, viewer uuid, after_seq bigint) RETURNS TABLE (messages bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT count(DISTINCT mention.seq)
    FROM unnest(ARRAY[viewer, '00000000-0000-0000-0000-000000000000'::uuid]) AS meant (user_id)
    CROSS JOIN LATERAL (
        SELECT mention.seq
        FROM mentions AS mention
        JOIN messages AS message ON message.conversation_id = mention.conversation_id AND message.seq = mention.seq
        WHERE mention.conversation_id = unread_mentions.conversation AND mention.user_id = meant.user_id
          AND mention.seq > unread_mentions.after_seq
          AND message.sender_id <> viewer
          AND (message.expires_at IS NULL OR message.expires_at > now())
          AND NOT EXISTS (
              SELECT FROM hidden_messages AS hidden
              WHERE hidden.conversation_id = mention.conversation_id AND hidden.seq = mention.seq AND hidden.user_id = viewer
          )
        LIMIT 1000
    ) AS mention;
END;
