-- The next epoch of a conversation, for one of its members, if one is due. Safe to repeat with the same arguments: a second
-- run finds the number taken. Always one row.
-- $4: the day on which its messages disappear, or null; $5: its number; $6, $7: its key.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
current AS (
    SELECT conversation.id, latest.epoch IS NOT NULL AND epoch_serves(
               latest.began_at, latest.first_seq, conversation.last_seq,
               greatest(conversation.epochs_due_at, policy.epochs_due_at)
           ) AS serves
    FROM session
    JOIN members AS member ON member.user_id = session.user_id
    JOIN conversations AS conversation ON conversation.id = member.conversation_id
    CROSS JOIN keys.policy
    LEFT JOIN LATERAL latest_epoch(conversation.id, conversation.epoch, $4) AS latest ON true
    WHERE member.conversation_id = $3 AND member.left_at IS NULL
),
-- The row lock decides between two who begin it at once.
conversation AS (
    UPDATE conversations AS conversation
    SET last_epoch = $5, epoch = CASE WHEN $4::date IS NULL THEN $5 ELSE conversation.epoch END
    FROM current
    WHERE conversation.id = current.id AND NOT current.serves AND conversation.last_epoch = $5 - 1
    RETURNING conversation.id, conversation.last_seq
),
begun AS (
    INSERT INTO conversation_keys (conversation_id, epoch, keyring_id, sealed, created_at, first_seq, day)
    SELECT conversation.id, $5, $6, $7, clock_timestamp(), conversation.last_seq + 1, $4
    FROM conversation
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
    SELECT $8, 'crypt_epoch_begun', $2, $1, 'conversation', conversation.id, $9, $10,
           jsonb_strip_nulls(jsonb_build_object('epoch', $5::integer, 'day', $4::date, 'keyring_id', $6::uuid))
    FROM conversation
)
SELECT EXISTS (SELECT FROM conversation) AS "begun!"
