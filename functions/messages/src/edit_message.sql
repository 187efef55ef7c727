-- Another text for a message, sealed beforehand. Safe to repeat with the same arguments. Always one row.
-- $5: the version that is to be changed; $6: the epoch whose key sealed the new text: the latest of what stays, or of the day
-- on which the message disappears; $7: the type it was sealed for;
-- $8: what was sealed; $9: the event's id; $10: the search tokens, or null. Those of before, the trigger messages_forget_tokens takes.
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
-- The epoch that seals its new text, and whether it may; else the next must be begun first.
latest AS (
    SELECT found.conversation_id, (found.expires_at AT TIME ZONE 'UTC')::date AS day, conversation.last_epoch,
           sealing.epoch, sealing.keyring_id, sealing.sealed, sealing.began_at, sealing.first_seq,
           sealing.epoch IS NOT NULL AND epoch_serves(
               sealing.began_at, sealing.first_seq, conversation.last_seq,
               greatest(conversation.epochs_due_at, policy.epochs_due_at)
           ) AS serves
    FROM found
    JOIN conversations AS conversation ON conversation.id = found.conversation_id
    CROSS JOIN keys.policy
    LEFT JOIN LATERAL latest_epoch(
        conversation.id, conversation.epoch, (found.expires_at AT TIME ZONE 'UTC')::date
    ) AS sealing ON true
),
judged AS (
    SELECT CASE
        WHEN found.sender_id <> reader.user_id THEN 'not_author'
        WHEN found.deleted_at IS NOT NULL OR found.expires_at <= clock_timestamp() THEN 'message_deleted'
        WHEN found.type IN ('location', 'system') THEN 'message_immutable'
        -- Ours: an earlier run of this statement was committed but its answer lost.
        WHEN found.sealed = $8 THEN 'ok'
        WHEN found.version <> $5 THEN 'stale_version'
        WHEN found.created_at + conversation.edit_window_s * interval '1 second' < clock_timestamp()
            THEN 'edit_window_passed'
        WHEN conversation.who_can_post = 'admins' AND reader.role = 'member' THEN 'role_required'
        WHEN EXISTS (SELECT FROM blocked) THEN 'not_allowed'
        WHEN found.type <> $7 OR latest.epoch IS DISTINCT FROM $6 OR NOT latest.serves THEN 'seal_again'
        ELSE 'edit'
    END AS outcome
    FROM reader
    JOIN found ON true
    JOIN latest ON true
    JOIN conversations AS conversation ON conversation.id = found.conversation_id
),
-- A stale epoch changes nothing: the text is sealed again under the current key.
conversation AS (
    UPDATE conversations AS conversation
    SET change_seq = conversation.change_seq + 1
    FROM found
    JOIN judged ON judged.outcome = 'edit'
    JOIN latest ON true
    WHERE conversation.id = found.conversation_id AND (latest.day IS NOT NULL OR conversation.epoch = $6)
      AND epoch_serves(latest.began_at, latest.first_seq, conversation.last_seq, conversation.epochs_due_at)
    RETURNING conversation.id, conversation.change_seq
),
kept AS (
    INSERT INTO message_revisions (conversation_id, seq, version, epoch, sealed, created_at)
    SELECT found.conversation_id, found.seq, found.version, found.epoch, found.sealed,
           coalesce(found.edited_at, found.created_at)
    FROM found
    JOIN conversation ON conversation.id = found.conversation_id
),
edited AS (
    UPDATE messages AS message
    SET sealed = $8,
        epoch = $6,
        request_epoch = coalesce(message.request_epoch, message.epoch),
        version = message.version + 1,
        edited_at = clock_timestamp(),
        change_seq = conversation.change_seq,
        search_tokens = $10
    FROM found
    JOIN conversation ON conversation.id = found.conversation_id
    WHERE message.conversation_id = found.conversation_id AND message.seq = found.seq
    RETURNING message.*
),
indexed AS (
    INSERT INTO search_tokens (conversation_id, token, seq)
    SELECT edited.conversation_id, word.token, edited.seq
    FROM edited, unnest($10::bigint[]) AS word (token)
    -- What both texts have stays.
    ON CONFLICT DO NOTHING
),
event AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, message_id)
    SELECT $9, 'message.updated', edited.conversation_id, edited.change_seq, edited.id
    FROM edited
),
message AS (
    SELECT edited.* FROM edited
    UNION ALL
    SELECT found.* FROM found JOIN judged ON judged.outcome = 'ok'
),
-- What to seal again with.
current AS (
    SELECT found.type, latest.epoch, latest.keyring_id, latest.sealed, latest.serves, latest.day, latest.last_epoch
    FROM found
    JOIN latest ON true
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           WHEN judged.outcome IS NULL THEN 'not_found'
           WHEN message.id IS NOT NULL THEN 'ok'
           WHEN judged.outcome = 'edit' THEN 'seal_again'
           ELSE judged.outcome
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
        )) AS "parts?",
       current.type AS "current_kind?",
       current.epoch AS "current_epoch?",
       current.keyring_id AS "current_keyring_id?",
       current.sealed AS "current_sealed?",
       current.serves AS "current_serves?",
       current.day AS "day?",
       current.last_epoch + 1 AS "next_epoch?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN judged ON true
LEFT JOIN message ON true
LEFT JOIN current ON true
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
