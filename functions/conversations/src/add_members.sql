-- Members for a group, with the system message that records them. Safe to repeat with the same arguments. At least one row,
-- one for each member that was named: the outcome is in which of its parts are there.
-- $4: who is named, in order, each once; $5: those of them whom the system message says are new: nothing happens while
-- they are others. $6: the roles that may; $7: the system message's id; $8: the epoch whose key it is sealed under.
-- $11: the idempotency key, or null; $12, $13: what is kept for it beside the members.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
own AS (
    SELECT member.conversation_id, member.user_id, member.role
    FROM session
    JOIN members AS member ON member.user_id = session.user_id
    WHERE member.conversation_id = $3 AND member.left_at IS NULL
),
known AS (
    SELECT users.id, users.username, users.display_name, users.deleted_at
    FROM own
    JOIN users ON users.id = ANY ($4::uuid[])
),
-- Those of them with whom there is a block, in either direction.
blocked AS (
    SELECT known.id
    FROM known
    JOIN blocks ON (blocks.user_id = $2 AND blocks.blocked_id = known.id)
                OR (blocks.user_id = known.id AND blocks.blocked_id = $2)
),
-- Every membership concerned, those of people who have left too, before the conversation: docs/decisions/0020.
locked AS (
    SELECT member.user_id, member.role, member.joined_at, member.left_at
    FROM members AS member
    WHERE member.conversation_id = (SELECT conversation_id FROM own)
      AND member.user_id = ANY (array_append($4::uuid[], $2::uuid))
    ORDER BY member.user_id
    FOR NO KEY UPDATE
),
parties AS (
    SELECT max(locked.role) FILTER (WHERE locked.user_id = $2) AS role,
           array_agg(locked.user_id) FILTER (WHERE locked.left_at IS NULL) AS present,
           array_agg(locked.user_id) FILTER (WHERE locked.left_at IS NOT NULL) AS gone
    FROM locked
    HAVING bool_or(locked.user_id = $2 AND locked.left_at IS NULL)
),
earlier AS (
    SELECT message.id FROM own JOIN messages AS message ON message.conversation_id = own.conversation_id AND message.id = $7
),
replayed AS (
    SELECT kept.keyring_id, kept.sealed, kept.members FROM idempotency AS kept WHERE kept.key = $11
),
allowed AS (
    SELECT $3::uuid AS conversation_id
    FROM parties
    WHERE parties.role = ANY ($6::text[])
      AND cardinality($5::uuid[]) > 0
      AND $5 = ARRAY (SELECT one FROM unnest($4) AS one WHERE one <> ALL (parties.present) ORDER BY one)
      AND NOT EXISTS (SELECT FROM unnest($5) AS one WHERE one NOT IN (SELECT known.id FROM known WHERE known.deleted_at IS NULL))
      AND NOT EXISTS (SELECT FROM blocked WHERE blocked.id = ANY ($5))
      AND NOT EXISTS (SELECT FROM earlier)
      AND NOT EXISTS (SELECT FROM replayed)
),
-- That there are not too many is held by conversations_member_count_check.
changed AS (
    UPDATE conversations AS conversation
    SET member_count = conversation.member_count + cardinality($5),
        last_seq = conversation.last_seq + 1,
        change_seq = conversation.change_seq + 1,
        updated_at = greatest(conversation.updated_at, clock_timestamp())
    FROM allowed, keys.policy, conversation_keys AS epoch_key
    WHERE conversation.id = allowed.conversation_id
      AND conversation.type = 'group'
      AND conversation.epoch = $8 AND epoch_key.conversation_id = conversation.id AND epoch_key.epoch = $8
      AND epoch_serves(epoch_key.created_at, epoch_key.first_seq, conversation.last_seq,
                       greatest(conversation.epochs_due_at, policy.epochs_due_at))
    RETURNING conversation.*
),
-- What a newcomer sees begins with their own coming, or with the group; what they have not read begins with it in any case.
returned AS (
    UPDATE members AS member
    SET role = 'member', left_at = NULL, joined_at = changed.updated_at,
        joined_seq = CASE WHEN changed.history_for_new_members THEN 0 ELSE changed.last_seq - 1 END,
        since_seq = changed.last_seq - 1, read_seq = changed.last_seq - 1, delivered_seq = changed.last_seq - 1,
        own_unread = 0, marked_seq = NULL, archived_seq = NULL, muted_until = NULL, pinned_at = NULL
    FROM changed, parties
    WHERE member.conversation_id = changed.id AND member.user_id = ANY ($5) AND member.user_id = ANY (parties.gone)
),
-- Somebody else may be adding one of them at this moment: then this statement fails at members_pkey as a whole.
joined AS (
    INSERT INTO members
        (conversation_id, user_id, role, joined_at, joined_seq, since_seq, read_seq, delivered_seq)
    SELECT changed.id, one, 'member', changed.updated_at,
           CASE WHEN changed.history_for_new_members THEN 0 ELSE changed.last_seq - 1 END,
           changed.last_seq - 1, changed.last_seq - 1, changed.last_seq - 1
    FROM changed, parties, unnest($5) AS one
    WHERE parties.gone IS NULL OR one <> ALL (parties.gone)
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
    SELECT gen_random_uuid(), 'member.added', noted.conversation_id, noted.change_seq, NULL, one
    FROM noted, unnest($5) AS one
),
-- For members only, by an inner join (docs/decisions/0004).
current AS (
    SELECT conversation.id, conversation.type, conversation.epoch, conversation.last_epoch, conversation.epochs_due_at,
           conversation.last_seq, own.role
    FROM own
    JOIN conversations AS conversation ON conversation.id = own.conversation_id
),
-- Those who were named, as they are after this.
named AS (
    SELECT named.id, named.place, known.id IS NOT NULL AND known.deleted_at IS NULL AS known,
           EXISTS (SELECT FROM blocked WHERE blocked.id = named.id) AS blocked,
           locked.user_id IS NOT NULL AND locked.left_at IS NULL AS present,
           known.username, known.display_name, known.deleted_at IS NOT NULL AS deleted,
           CASE WHEN locked.left_at IS NULL AND locked.user_id IS NOT NULL THEN locked.role
                WHEN changed.id IS NOT NULL THEN 'member' END AS role,
           CASE WHEN locked.left_at IS NULL AND locked.user_id IS NOT NULL THEN locked.joined_at
                ELSE changed.updated_at END AS joined_at
    FROM unnest($4) WITH ORDINALITY AS named (id, place)
    LEFT JOIN known ON known.id = named.id
    LEFT JOIN locked ON locked.user_id = named.id
    LEFT JOIN changed ON true
),
kept AS (
    INSERT INTO idempotency (key, user_id, keyring_id, sealed, members)
    SELECT $11, $2, $12, $13, (
        SELECT jsonb_agg(to_jsonb(member))
        FROM (SELECT id, username, display_name, deleted, role, joined_at FROM named) AS member
    )
    FROM changed
    WHERE $11::bytea IS NOT NULL
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       EXISTS (SELECT FROM changed) OR EXISTS (SELECT FROM earlier) AS "added!",
       current.type AS "type?",
       (SELECT parties.role FROM parties) AS "role?",
       -- The current key, to try again with.
       current_key.epoch AS "key_epoch?",
       current_key.keyring_id AS "key_keyring_id?",
       current_key.sealed AS "key_sealed?",
       replayed.keyring_id AS "replayed_keyring_id?",
       replayed.sealed AS "replayed_sealed?",
       -- Where the current one seals nothing any more, the number of the next.
       CASE WHEN NOT epoch_serves(
           current_key.created_at, current_key.first_seq, current.last_seq,
           greatest(current.epochs_due_at, policy.epochs_due_at)
       ) THEN current.last_epoch + 1 END AS "next_epoch?",
       named.id AS "id!",
       named.known AS "known!",
       named.blocked AS "blocked!",
       named.present AS "present!",
       CASE WHEN was.id IS NULL THEN named.username ELSE was.username END AS "username?",
       CASE WHEN was.id IS NULL THEN named.display_name ELSE was.display_name END AS "display_name?",
       coalesce(was.deleted, named.deleted) AS "deleted!",
       coalesce(was.role, named.role) AS "member_role?",
       coalesce(was.joined_at, named.joined_at) AS "joined_at?"
FROM named
LEFT JOIN current ON true
LEFT JOIN keys.policy ON true
LEFT JOIN conversation_keys AS current_key
       ON current_key.conversation_id = current.id AND current_key.epoch = current.epoch
LEFT JOIN replayed ON EXISTS (SELECT FROM session)
LEFT JOIN LATERAL (
    SELECT member.*
    FROM jsonb_to_recordset(replayed.members) AS member
        (id uuid, username text, display_name text, deleted boolean, role text, joined_at timestamptz)
    WHERE member.id = named.id
) AS was ON true
ORDER BY named.place
