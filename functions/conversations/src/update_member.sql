-- Another role for a member of a group, or the group itself for another owner. Safe to repeat with the same arguments. Always
-- one row: the outcome is in which of its parts are there.
-- $4: whose role; $5: the new one; $6: who may change which role into which, as 'by from to', where 'self' is the member
-- themselves. $7: the system message's id; $8: the epoch whose key it is sealed under.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
own AS (
    SELECT member.conversation_id, member.user_id, member.role
    FROM session
    JOIN members AS member ON member.user_id = session.user_id
    WHERE member.conversation_id = $3 AND member.left_at IS NULL
),
-- Both memberships before the conversation: docs/decisions/0020.
locked AS (
    SELECT member.user_id, member.role, member.joined_at
    FROM members AS member
    WHERE member.conversation_id = (SELECT conversation_id FROM own)
      AND member.user_id = ANY (ARRAY[$2::uuid, $4::uuid])
      AND member.left_at IS NULL
    ORDER BY member.user_id
    FOR NO KEY UPDATE
),
parties AS (
    SELECT max(locked.role) FILTER (WHERE locked.user_id = $2) AS role,
           max(locked.role) FILTER (WHERE locked.user_id = $4) AS target_role,
           max(locked.joined_at) FILTER (WHERE locked.user_id = $4) AS joined_at
    FROM locked
    HAVING bool_or(locked.user_id = $2)
),
earlier AS (
    SELECT message.id FROM own JOIN messages AS message ON message.conversation_id = own.conversation_id AND message.id = $7
),
changed AS (
    UPDATE conversations AS conversation
    SET last_seq = conversation.last_seq + 1,
        change_seq = conversation.change_seq + 1,
        updated_at = greatest(conversation.updated_at, clock_timestamp())
    FROM parties, keys.policy, conversation_keys AS epoch_key
    WHERE conversation.id = $3
      AND conversation.type = 'group'
      AND conversation.epoch = $8 AND epoch_key.conversation_id = conversation.id AND epoch_key.epoch = $8
      AND epoch_serves(epoch_key.created_at, epoch_key.first_seq, conversation.last_seq,
                       greatest(conversation.epochs_due_at, policy.epochs_due_at))
      AND parties.target_role <> $5
      AND CASE WHEN $2 = $4 THEN 'self' ELSE parties.role END || ' ' || parties.target_role || ' ' || $5 = ANY ($6::text[])
      AND NOT EXISTS (SELECT FROM earlier)
    RETURNING conversation.*
),
-- Who hands the group over stays as an admin. The message is the caller's own: whoever had read everything has read it too,
-- to others it is not unread all the same.
touched AS (
    UPDATE members AS member
    SET role = CASE
            WHEN member.user_id = $4 THEN $5
            WHEN $5 = 'owner' THEN 'admin'
            ELSE member.role
        END,
        read_seq = CASE WHEN member.user_id = $2 AND member.marked_seq IS NULL AND member.read_seq = changed.last_seq - 1
                        THEN changed.last_seq ELSE member.read_seq END,
        delivered_seq = CASE WHEN member.user_id = $2 AND member.marked_seq IS NULL AND member.read_seq = changed.last_seq - 1
                             THEN changed.last_seq ELSE member.delivered_seq END,
        own_unread = CASE WHEN member.user_id <> $2 OR (member.marked_seq IS NULL AND member.read_seq = changed.last_seq - 1)
                          THEN member.own_unread ELSE member.own_unread + 1 END
    FROM changed
    WHERE member.conversation_id = changed.id AND member.user_id = ANY (ARRAY[$2, $4])
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
    SELECT $11::uuid, 'member.updated', noted.conversation_id, noted.change_seq, NULL, $4 FROM noted
    UNION ALL
    SELECT $12::uuid, 'member.updated', noted.conversation_id, noted.change_seq, NULL, $2 FROM noted WHERE $5 = 'owner'
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
    SELECT $13, 'privilege_permissions_changed', $2, $1, 'user', $4, $14, $15,
           jsonb_build_object('conversation_id', noted.conversation_id, 'from', parties.target_role, 'to', $5::text)
    FROM noted, parties
),
-- For members only, by an inner join (docs/decisions/0004).
current AS (
    SELECT conversation.id, conversation.type, conversation.epoch, conversation.last_epoch, conversation.epochs_due_at,
           conversation.last_seq
    FROM own
    JOIN conversations AS conversation ON conversation.id = own.conversation_id
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       EXISTS (SELECT FROM changed) OR EXISTS (SELECT FROM earlier) AS "done!",
       current.type AS "type?",
       parties.role AS "role?",
       parties.target_role AS "target_role?",
       parties.joined_at AS "joined_at?",
       users.username AS "username?",
       users.display_name AS "display_name?",
       users.deleted_at IS NOT NULL AS "deleted!",
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
LEFT JOIN users ON users.id = $4 AND parties.target_role IS NOT NULL
LEFT JOIN keys.policy ON true
LEFT JOIN conversation_keys AS current_key
       ON current_key.conversation_id = current.id AND current_key.epoch = current.epoch
