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
-- The name becomes free for others; a tilde is in nobody's name.
gone AS (
    UPDATE users
    SET deleted_at = clock_timestamp(), username = '~' || users.id, display_name = '', bio = '', avatar_media_id = NULL,
        role = 'user', presence = 'invisible', status_text = NULL, status_emoji = NULL, status_expires_at = NULL,
        email_sealed = NULL, email_keyring_id = NULL, last_seen_at = NULL
    FROM allowed
    WHERE users.id = allowed.user_id
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
-- What was exported goes too: the sweep sends each to the worker, which deletes what is in the bucket and then the row.
exported AS (
    UPDATE exports SET state = 'erased', sent_at = NULL FROM gone WHERE exports.user_id = gone.id
),
unblocked AS (
    DELETE FROM blocks USING gone WHERE blocks.user_id = gone.id OR blocks.blocked_id = gone.id
),
-- A direct conversation stays what it was to the other of the two.
departed AS (
    UPDATE members AS member
    SET left_at = gone.deleted_at
    FROM gone, conversations AS conversation
    WHERE member.user_id = gone.id AND member.left_at IS NULL
      AND conversation.id = member.conversation_id AND conversation.type = 'group'
    RETURNING member.conversation_id, member.role
),
-- A group is never without an owner: the oldest admin, else the oldest member.
heir AS (
    SELECT DISTINCT ON (member.conversation_id) member.conversation_id, member.user_id
    FROM departed
    JOIN members AS member ON member.conversation_id = departed.conversation_id
    WHERE departed.role = 'owner' AND member.left_at IS NULL AND member.user_id <> $2
    ORDER BY member.conversation_id, member.role = 'admin' DESC, member.joined_at, member.user_id
),
promoted AS (
    UPDATE members AS member
    SET role = 'owner'
    FROM heir
    WHERE member.conversation_id = heir.conversation_id AND member.user_id = heir.user_id
),
changed AS (
    UPDATE conversations AS conversation
    SET member_count = conversation.member_count - 1, change_seq = conversation.change_seq + 1
    FROM departed
    WHERE conversation.id = departed.conversation_id
    RETURNING conversation.id, conversation.change_seq
),
events AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, user_id)
    SELECT gen_random_uuid(), 'member.removed', changed.id, changed.change_seq, $2 FROM changed
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
       coalesce((SELECT deleted_at FROM gone), (SELECT at FROM earlier)) AS "erased_at?"
