-- Destroys again what the ledger says was destroyed. Safe to repeat. One row: how much of it was there. $1: what the ledger says, as JSON.
WITH shred AS (
    SELECT shred.kind, shred.id, shred.epochs
    FROM jsonb_to_recordset($1::text::jsonb) AS shred (kind text, id uuid, epochs integer[])
),
ended AS (
    UPDATE conversations AS conversation
    SET deleted_at = clock_timestamp(), member_count = 0, change_seq = conversation.change_seq + 1
    WHERE conversation.id IN (SELECT shred.id FROM shred WHERE shred.kind = 'conversation')
      AND conversation.deleted_at IS NULL
    RETURNING conversation.id, conversation.change_seq, conversation.deleted_at
),
departed AS (
    UPDATE members AS member
    SET left_at = ended.deleted_at
    FROM ended
    WHERE member.conversation_id = ended.id AND member.left_at IS NULL
),
destroyed AS (
    DELETE FROM conversation_keys AS key
    USING shred
    WHERE key.conversation_id = shred.id
      AND (shred.kind = 'conversation' OR (shred.kind = 'epochs' AND key.epoch = ANY (shred.epochs)))
    RETURNING key.epoch
),
events AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq)
    SELECT gen_random_uuid(), 'conversation.deleted', ended.id, ended.change_seq FROM ended
)
SELECT (SELECT count(*) FROM ended) AS "conversations!", (SELECT count(*) FROM destroyed) AS "keys!"
