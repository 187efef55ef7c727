-- Gives messages their end that were there before their conversation got a retention, so many of one conversation. What has a
-- sooner end keeps it, and what is longer kept from now on does not get a later one. Safe to repeat: no row when nothing waits.
WITH waiting AS (
    SELECT conversation.id, conversation.retention_s, conversation.retain_from
    FROM conversations AS conversation
    WHERE conversation.retain_from IS NOT NULL
    ORDER BY conversation.id
    LIMIT 1
),
batch AS (
    SELECT message.conversation_id, message.seq
    FROM waiting
    JOIN messages AS message ON message.conversation_id = waiting.id AND message.seq > waiting.retain_from
    ORDER BY message.seq
    LIMIT $1
),
-- Messages before their conversation, as wherever a message is changed.
limited AS (
    UPDATE messages AS message
    SET expires_at = least(message.expires_at, message.created_at + waiting.retention_s * interval '1 second')
    FROM batch, waiting
    WHERE message.conversation_id = batch.conversation_id AND message.seq = batch.seq
      AND message.deleted_at IS NULL AND message.type <> 'system'
      AND message.expires_at IS DISTINCT FROM
          least(message.expires_at, message.created_at + waiting.retention_s * interval '1 second')
    RETURNING message.seq
),
gone_on AS (
    UPDATE conversations AS conversation
    -- The last batch is not a whole one; what was sent since the retention was set has its end.
    SET retain_from = CASE WHEN (SELECT count(*) FROM batch) = $1 THEN (SELECT max(batch.seq) FROM batch) END
    FROM waiting, (SELECT count(*) AS messages FROM limited) AS done
    WHERE conversation.id = waiting.id AND conversation.retain_from = waiting.retain_from
      AND conversation.retention_s IS NOT DISTINCT FROM waiting.retention_s
)
SELECT (SELECT count(*) FROM limited) AS "limited!" FROM waiting
