-- The end of a membership: somebody is removed, or leaves. Safe to repeat with the same arguments. Always one row: the outcome
-- is in which of its parts are there.
-- $4: who goes; $5: who may remove whom, as 'by of'; $6: who becomes the owner when the owner leaves, as the system message
-- says: nothing happens while it is somebody else. $7: the system message's id; $8: the epoch whose key it is sealed under.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
own AS (
    SELECT member.conversation_id, member.user_id, member.role
    FROM session
    JOIN members AS member ON member.user_id = session.user_id
    WHERE member.conversation_id = $3 AND member.left_at IS NULL
),
-- A group is never without an owner: the admin who has been there longest, else the member.
heir AS (
    SELECT member.user_id
    FROM own
    JOIN members AS member ON member.conversation_id = own.conversation_id
    WHERE $4 = $2 AND own.role = 'owner' AND member.left_at IS NULL AND member.user_id <> $2
    ORDER BY member.role = 'admin' DESC, member.joined_at, member.user_id
    LIMIT 1
),
-- Every membership concerned before the conversation: a message of theirs that is on its way is either before their going or
-- not at all (docs/decisions/0020).
locked AS (
    SELECT member.user_id, member.role
    FROM members AS member
    WHERE member.conversation_id = (SELECT conversation_id FROM own)
      AND member.user_id = ANY (ARRAY (SELECT $2::uuid UNION SELECT $4::uuid UNION SELECT user_id FROM heir))
      AND member.left_at IS NULL
    ORDER BY member.user_id
    FOR NO KEY UPDATE
),
parties AS (
    SELECT max(locked.role) FILTER (WHERE locked.user_id = $2) AS role,
           max(locked.role) FILTER (WHERE locked.user_id = $4) AS target_role,
           bool_or(locked.user_id = $6) IS TRUE AS has_heir
    FROM locked
    HAVING bool_or(locked.user_id = $2)
),
earlier AS (
    SELECT message.id FROM session JOIN messages AS message ON message.conversation_id = $3 AND message.id = $7
    WHERE message.sender_id = session.user_id
),
changed AS (
    UPDATE conversations AS conversation
    SET member_count = conversation.member_count - 1,
        last_seq = conversation.last_seq + 1,
        change_seq = conversation.change_seq + 1,
        updated_at = greatest(conversation.updated_at, clock_timestamp()),
        -- What is said without them is sealed under keys that they never came near (docs/decisions/0039).
        epochs_due_at = clock_timestamp(),
        -- Without members it has ended.
        deleted_at = CASE WHEN conversation.member_count = 1 THEN clock_timestamp() END
    FROM parties, keys.policy, conversation_keys AS epoch_key
    WHERE conversation.id = $3
      AND conversation.type = 'group'
      AND conversation.epoch = $8 AND epoch_key.conversation_id = conversation.id AND epoch_key.epoch = $8
      AND epoch_serves(epoch_key.created_at, epoch_key.first_seq, conversation.last_seq,
                       greatest(conversation.epochs_due_at, policy.epochs_due_at))
      AND CASE
              WHEN $4 <> $2 THEN parties.role || ' ' || parties.target_role = ANY ($5::text[])
              -- That there is nobody else is asked of the latest conversation: somebody may have been added beside us.
              WHEN parties.role = 'owner' THEN parties.has_heir OR ($6::uuid IS NULL AND conversation.member_count = 1)
              ELSE $6 IS NULL
          END
      AND NOT EXISTS (SELECT FROM earlier)
    RETURNING conversation.*
),
departed AS (
    UPDATE members AS member
    SET left_at = changed.updated_at
    FROM changed
    WHERE member.conversation_id = changed.id AND member.user_id = $4
),
promoted AS (
    UPDATE members AS member
    SET role = 'owner'
    FROM changed
    WHERE member.conversation_id = changed.id AND member.user_id = $6 AND $4 = $2
),
shredded AS (
    DELETE FROM conversation_keys USING changed
    WHERE conversation_keys.conversation_id = changed.id AND changed.member_count = 0
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
    WHERE member.conversation_id = changed.id AND member.user_id = $2 AND $4 <> $2
),
noted AS (
    INSERT INTO messages
        (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed, request_fingerprint, created_at)
    SELECT changed.id, changed.last_seq, $7, changed.change_seq, $2, $7, 'system', $8, $9, ''::bytea, changed.updated_at
    FROM changed
    RETURNING *
),
events AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, message_id, user_id)
    SELECT $10::uuid, 'message.created', noted.conversation_id, noted.change_seq, noted.id, NULL FROM noted
    UNION ALL
    SELECT $11::uuid, 'member.removed', noted.conversation_id, noted.change_seq, NULL, $4 FROM noted
    UNION ALL
    SELECT $12::uuid, 'member.updated', noted.conversation_id, noted.change_seq, NULL, $6 FROM noted
    WHERE $6::uuid IS NOT NULL
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
    SELECT $13, 'privilege_permissions_changed', $2, $1, 'user', $6, $14, $15,
           jsonb_build_object('conversation_id', noted.conversation_id, 'to', 'owner')
    FROM noted
    WHERE $6 IS NOT NULL
),
-- For members only, by an inner join (docs/decisions/0004).
current AS (
    SELECT conversation.id, conversation.type, conversation.epoch, conversation.last_epoch, conversation.epochs_due_at,
           conversation.last_seq
    FROM parties
    JOIN conversations AS conversation ON conversation.id = $3
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       EXISTS (SELECT FROM changed) OR EXISTS (SELECT FROM earlier) AS "done!",
       current.type AS "type?",
       parties.role AS "role?",
       parties.target_role AS "target_role?",
       (SELECT user_id FROM heir) AS "heir_id?",
       -- The current key, to try again with.
       current_key.epoch AS "key_epoch?",
       current_key.keyring_id AS "key_keyring_id?",
       current_key.sealed AS "key_sealed?",
       -- Where the current one seals nothing any more, the number of the next.
       CASE WHEN NOT epoch_serves(
           current_key.created_at, current_key.first_seq, current.last_seq,
           greatest(current.epochs_due_at, policy.epochs_due_at)
       ) THEN current.last_epoch + 1 END AS "next_epoch?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN parties ON true
LEFT JOIN current ON true
LEFT JOIN keys.policy ON true
LEFT JOIN conversation_keys AS current_key
       ON current_key.conversation_id = current.id AND current_key.epoch = current.epoch
