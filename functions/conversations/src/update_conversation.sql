-- Other settings for a group, with the system message that records them. Safe to repeat with the same arguments. Always one
-- row: the outcome is in which of its parts are there.
-- $4: the system message's id; $5: the epoch whose key it is sealed under; $7: the roles that may. What stays is null, or
-- false in $9, $12 and $15, which say whether description, edit window and retention are set to the argument after them.
-- $11: whether the picture changes, into the caller's own upload $20 or into none.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
-- Members before the conversation: docs/decisions/0020.
own AS (
    SELECT member.conversation_id, member.user_id, member.role
    FROM members AS member
    JOIN session ON session.user_id = member.user_id
    WHERE member.conversation_id = $3 AND member.left_at IS NULL
    FOR NO KEY UPDATE OF member
),
earlier AS (
    SELECT message.id FROM own JOIN messages AS message ON message.conversation_id = own.conversation_id AND message.id = $4
),
picture AS (
    SELECT file.id
    FROM own
    JOIN media AS file ON file.owner_id = own.user_id
    WHERE file.id = $20 AND file.kind = 'image' AND file.status = 'ready'
    -- It stays until somebody shows it.
    FOR KEY SHARE OF file
),
changed AS (
    UPDATE conversations AS conversation
    SET title_sealed = coalesce($8, conversation.title_sealed),
        title_epoch = CASE WHEN $8::bytea IS NULL THEN conversation.title_epoch ELSE $5 END,
        description_sealed = CASE WHEN $9::boolean THEN $10::bytea ELSE conversation.description_sealed END,
        description_epoch = CASE WHEN NOT $9 THEN conversation.description_epoch WHEN $10 IS NOT NULL THEN $5 END,
        avatar_media_id = CASE WHEN $11::boolean THEN $20 ELSE conversation.avatar_media_id END,
        edit_window_s = CASE WHEN $12::boolean THEN $13::integer ELSE conversation.edit_window_s END,
        who_can_post = coalesce($14, conversation.who_can_post),
        retention_s = CASE WHEN $15::boolean THEN $16::integer ELSE conversation.retention_s END,
        history_for_new_members = coalesce($17, conversation.history_for_new_members),
        last_seq = conversation.last_seq + 1,
        change_seq = conversation.change_seq + 1,
        updated_at = greatest(conversation.updated_at, clock_timestamp())
    FROM own, keys.policy, conversation_keys AS epoch_key
    WHERE conversation.id = own.conversation_id
      AND conversation.type = 'group'
      AND conversation.epoch = $5 AND epoch_key.conversation_id = conversation.id AND epoch_key.epoch = $5
      AND epoch_serves(epoch_key.created_at, epoch_key.first_seq, conversation.last_seq,
                       greatest(conversation.epochs_due_at, policy.epochs_due_at))
      AND own.role = ANY ($7::text[])
      AND NOT EXISTS (SELECT FROM earlier)
      AND ($20::uuid IS NULL OR EXISTS (SELECT FROM picture))
    RETURNING conversation.*
),
-- The message is the caller's own: whoever had read everything has read it too, to others it is not unread all the same.
reading AS (
    UPDATE members AS member
    SET read_seq = CASE WHEN member.marked_seq IS NULL AND member.read_seq = changed.last_seq - 1
                        THEN changed.last_seq ELSE member.read_seq END,
        delivered_seq = CASE WHEN member.marked_seq IS NULL AND member.read_seq = changed.last_seq - 1
                             THEN changed.last_seq ELSE member.delivered_seq END,
        own_unread = CASE WHEN member.marked_seq IS NULL AND member.read_seq = changed.last_seq - 1
                          THEN member.own_unread ELSE member.own_unread + 1 END
    FROM changed
    WHERE member.conversation_id = changed.id AND member.user_id = $2
    RETURNING member.*
),
noted AS (
    INSERT INTO messages
        (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed, request_fingerprint, created_at)
    SELECT changed.id, changed.last_seq, $4, changed.change_seq, $2, $4, 'system', $5, $6, ''::bytea, changed.updated_at
    FROM changed
    RETURNING *
),
events AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, message_id)
    SELECT $18::uuid, 'message.created', noted.conversation_id, noted.change_seq, noted.id FROM noted
    UNION ALL
    SELECT $19::uuid, 'conversation.updated', noted.conversation_id, noted.change_seq, NULL FROM noted
),
-- For members only, by an inner join (docs/decisions/0004).
current AS (
    SELECT conversation.id, conversation.type, conversation.epoch, conversation.last_epoch, conversation.epochs_due_at,
           conversation.last_seq, own.role
    FROM own
    JOIN conversations AS conversation ON conversation.id = own.conversation_id
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       EXISTS (SELECT FROM earlier) AS "earlier!",
       EXISTS (SELECT FROM picture) AS "picture!",
       current.type AS "type?",
       current.role AS "role?",
       -- The current key, to try again with.
       current_key.epoch AS "key_epoch?",
       current_key.keyring_id AS "key_keyring_id?",
       current_key.sealed AS "key_sealed?",
       -- Where the current one seals nothing any more, the number of the next.
       CASE WHEN NOT epoch_serves(
           current_key.created_at, current_key.first_seq, current.last_seq,
           greatest(current.epochs_due_at, policy.epochs_due_at)
       ) THEN current.last_epoch + 1 END AS "next_epoch?",
       changed.id AS "id?",
       changed.title_sealed AS "title_sealed?",
       changed.title_epoch AS "title_epoch?",
       title_key.keyring_id AS "title_key_keyring_id?",
       title_key.sealed AS "title_key_sealed?",
       changed.description_sealed AS "description_sealed?",
       changed.description_epoch AS "description_epoch?",
       description_key.keyring_id AS "description_key_keyring_id?",
       description_key.sealed AS "description_key_sealed?",
       changed.avatar_media_id AS "avatar_media_id?",
       changed.edit_window_s AS "edit_window_s?",
       changed.who_can_post AS "who_can_post?",
       changed.retention_s AS "retention_s?",
       changed.history_for_new_members AS "history_for_new_members?",
       changed.created_at AS "created_at?",
       changed.member_count AS "member_count?",
       changed.last_seq AS "last_seq?",
       changed.change_seq AS "change_seq?",
       greatest(changed.last_seq - coalesce(reading.marked_seq, reading.read_seq) - reading.own_unread
                - (SELECT messages FROM uncounted_messages(changed.id, $2, coalesce(reading.marked_seq, reading.read_seq))), 0) AS "unread_count?",
       (SELECT messages FROM unread_mentions(changed.id, $2, coalesce(reading.marked_seq, reading.read_seq))) AS "mention_count?",
       reading.read_seq AS "read_seq?",
       reading.delivered_seq AS "delivered_seq?",
       is_archived(reading.archived_seq, changed.last_seq, reading.muted_until) AS "archived?",
       CASE WHEN reading.muted_until > now() THEN reading.muted_until END AS "muted_until?",
       reading.pinned_at IS NOT NULL AS "pinned?",
       changed.updated_at AS "updated_at?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN current ON true
LEFT JOIN keys.policy ON true
LEFT JOIN conversation_keys AS current_key
       ON current_key.conversation_id = current.id AND current_key.epoch = current.epoch
LEFT JOIN changed ON true
LEFT JOIN reading ON true
LEFT JOIN conversation_keys AS title_key
       ON title_key.conversation_id = changed.id AND title_key.epoch = changed.title_epoch
LEFT JOIN conversation_keys AS description_key
       ON description_key.conversation_id = changed.id AND description_key.epoch = changed.description_epoch
