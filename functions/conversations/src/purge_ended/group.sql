-- Removes messages of a group that ended more than 30 days ago, so many; or, when it has none, the group. Its keys went when it
-- ended. Safe to repeat: no row when there is no such group.
WITH ended AS (
    SELECT conversation.id
    FROM conversations AS conversation
    WHERE conversation.deleted_at < now() - interval '30 days'
    ORDER BY conversation.deleted_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
),
few AS (
    SELECT message.conversation_id, message.seq
    FROM ended
    JOIN messages AS message ON message.conversation_id = ended.id
    LIMIT $1
),
messages AS (
    DELETE FROM messages AS message
    USING few
    WHERE message.conversation_id = few.conversation_id AND message.seq = few.seq
    RETURNING 1
),
gone AS (
    DELETE FROM conversations AS conversation
    USING ended
    WHERE conversation.id = ended.id AND NOT EXISTS (SELECT FROM few)
    RETURNING 1
)
SELECT (SELECT count(*) FROM messages) AS "messages!", (SELECT count(*) FROM gone) AS "groups!" FROM ended
