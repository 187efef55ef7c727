-- Erases an account. Safe to repeat with the same arguments: the audit event ($4) tells our own earlier run. Always one row.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
-- Locked, so that of two last admins who go at once one stays.
admins AS (
    SELECT users.id
    FROM users
    WHERE users.role = 'admin' AND users.suspended_at IS NULL AND users.deleted_at IS NULL
      AND EXISTS (SELECT FROM live WHERE live.role = 'admin')
    ORDER BY users.id
    FOR UPDATE
),
allowed AS (
    SELECT live.user_id
    FROM live
    JOIN credentials ON credentials.user_id = live.user_id AND credentials.version = $3
    WHERE live.role <> 'admin' OR (SELECT count(*) FROM admins) > 1
),
-- A direct conversation stays what it was to the other of the two.
own AS (
    SELECT member.conversation_id, member.role
    FROM allowed
    JOIN members AS member ON member.user_id = allowed.user_id
    JOIN conversations AS conversation ON conversation.id = member.conversation_id
    WHERE member.left_at IS NULL AND conversation.type = 'group'
),
-- A group is never without an owner: the admin who has been there longest, else the member (docs/decisions/0021).
heir AS (
    SELECT DISTINCT ON (member.conversation_id) member.conversation_id, member.user_id
    FROM own
    JOIN members AS member ON member.conversation_id = own.conversation_id
    WHERE own.role = 'owner' AND member.left_at IS NULL AND member.user_id <> $2
    ORDER BY member.conversation_id, member.role = 'admin' DESC, member.joined_at, member.user_id
),
-- Memberships before conversations: docs/decisions/0020.
locked AS (
    SELECT member.conversation_id, member.user_id, member.role
    FROM members AS member
    JOIN (
        SELECT own.conversation_id, $2::uuid AS user_id FROM own
        UNION ALL
        SELECT heir.conversation_id, heir.user_id FROM heir
    ) AS concerned ON concerned.conversation_id = member.conversation_id AND concerned.user_id = member.user_id
    WHERE member.left_at IS NULL
    ORDER BY member.conversation_id, member.user_id
    FOR NO KEY UPDATE OF member
),
parting AS (
    SELECT locked.conversation_id,
           max(locked.role) FILTER (WHERE locked.user_id = $2) AS role,
           (array_agg(locked.user_id) FILTER (WHERE locked.user_id <> $2))[1] AS heir_id
    FROM locked
    GROUP BY locked.conversation_id
    HAVING bool_or(locked.user_id = $2)
),
joined AS (
    SELECT conversation.id, conversation.member_count, parting.role, parting.heir_id
    FROM parting
    JOIN conversations AS conversation ON conversation.id = parting.conversation_id
    ORDER BY conversation.id
    FOR NO KEY UPDATE OF conversation
),
-- Who was to follow has left beside us, or somebody has come: then nothing happens.
orphaned AS (
    SELECT FROM joined WHERE joined.role = 'owner' AND joined.heir_id IS NULL AND joined.member_count > 1
),
-- The name becomes free for others; a tilde is in nobody's name.
gone AS (
    UPDATE users
    SET deleted_at = clock_timestamp(), username = '~' || users.id, display_name = '', bio = '', avatar_media_id = NULL,
        role = 'user', presence = 'invisible', status_text = NULL, status_emoji = NULL, status_expires_at = NULL,
        email_sealed = NULL, email_keyring_id = NULL, last_seen_at = NULL, last_shown_at = NULL
    FROM allowed
    WHERE users.id = allowed.user_id AND NOT EXISTS (SELECT FROM orphaned)
    RETURNING users.id, users.deleted_at
),
credential AS (
    DELETE FROM credentials USING gone WHERE credentials.user_id = gone.id
),
forgotten AS (
    DELETE FROM idempotency USING gone WHERE idempotency.user_id = gone.id
),
ended AS (
    DELETE FROM sessions USING gone WHERE sessions.user_id = gone.id
),
unblocked AS (
    DELETE FROM blocks USING gone WHERE blocks.user_id = gone.id OR blocks.blocked_id = gone.id
),
-- What was exported goes too: the sweep sends each to the worker, which deletes what is in the bucket and then the row.
exported AS (
    UPDATE exports SET state = 'erased', sent_at = NULL FROM gone WHERE exports.user_id = gone.id
),
departed AS (
    UPDATE members AS member
    SET left_at = gone.deleted_at
    FROM gone, joined
    WHERE member.conversation_id = joined.id AND member.user_id = gone.id
),
promoted AS (
    UPDATE members AS member
    SET role = 'owner'
    FROM gone, joined
    WHERE joined.role = 'owner' AND member.conversation_id = joined.id AND member.user_id = joined.heir_id
),
-- A group without members has ended, and its keys with it.
changed AS (
    UPDATE conversations AS conversation
    SET member_count = conversation.member_count - 1, change_seq = conversation.change_seq + 1,
        epochs_due_at = clock_timestamp(),
        deleted_at = CASE WHEN conversation.member_count = 1 THEN gone.deleted_at END
    FROM gone, joined
    WHERE conversation.id = joined.id
    RETURNING conversation.id, conversation.change_seq, conversation.member_count,
              CASE WHEN joined.role = 'owner' THEN joined.heir_id END AS owner_id
),
shredded AS (
    DELETE FROM conversation_keys USING changed
    WHERE conversation_keys.conversation_id = changed.id AND changed.member_count = 0
),
events AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, user_id)
    SELECT gen_random_uuid(), 'member.removed', changed.id, changed.change_seq, $2 FROM changed
    UNION ALL
    SELECT gen_random_uuid(), 'member.updated', changed.id, changed.change_seq, changed.owner_id FROM changed
    WHERE changed.owner_id IS NOT NULL
    UNION ALL
    SELECT gen_random_uuid(), 'session.revoked', NULL, NULL, gone.id FROM gone
    RETURNING outbox.id
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
    SELECT $4, 'user_deleted', gone.id, $1, 'user', gone.id, $5, $6 FROM gone
),
earlier AS (
    SELECT at FROM audit_events WHERE id = $4
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       EXISTS (SELECT FROM admins) AND (SELECT count(*) FROM admins) < 2 AS "last_admin!",
       EXISTS (SELECT FROM orphaned) AS "again!",
       ARRAY(SELECT events.id FROM events) AS "events!",
       coalesce((SELECT deleted_at FROM gone), (SELECT at FROM earlier)) AS "erased_at?"
