-- Erases an account again that the ledger says was erased: what `delete_me.sql` of the users does, without a session. Nobody is served
-- meanwhile, so that nothing has to be locked beforehand. Safe to repeat. One row. $1: whose; $2: the event's id.
WITH gone AS (
    UPDATE users
    SET deleted_at = clock_timestamp(), username = '~' || users.id, display_name = '', bio = '', avatar_media_id = NULL,
        role = 'user', presence = 'invisible', status_text = NULL, status_emoji = NULL, status_expires_at = NULL,
        email_sealed = NULL, email_keyring_id = NULL, last_seen_at = NULL
    WHERE users.id = $1 AND users.deleted_at IS NULL
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
exported AS (
    UPDATE exports SET state = 'erased', sent_at = NULL FROM gone WHERE exports.user_id = gone.id
),
own AS (
    SELECT member.conversation_id, member.role
    FROM gone
    JOIN members AS member ON member.user_id = gone.id
    JOIN conversations AS conversation ON conversation.id = member.conversation_id
    WHERE member.left_at IS NULL AND conversation.type = 'group'
),
-- The admin who has been there longest, else the member (docs/decisions/0021).
heir AS (
    SELECT DISTINCT ON (member.conversation_id) member.conversation_id, member.user_id
    FROM own
    JOIN members AS member ON member.conversation_id = own.conversation_id
    WHERE own.role = 'owner' AND member.left_at IS NULL AND member.user_id <> $1
    ORDER BY member.conversation_id, member.role = 'admin' DESC, member.joined_at, member.user_id
),
departed AS (
    UPDATE members AS member
    SET left_at = gone.deleted_at
    FROM gone, own
    WHERE member.conversation_id = own.conversation_id AND member.user_id = gone.id
),
promoted AS (
    UPDATE members AS member
    SET role = 'owner'
    FROM heir
    WHERE member.conversation_id = heir.conversation_id AND member.user_id = heir.user_id
),
changed AS (
    UPDATE conversations AS conversation
    SET member_count = conversation.member_count - 1, change_seq = conversation.change_seq + 1,
        epochs_due_at = clock_timestamp(),
        deleted_at = CASE WHEN conversation.member_count = 1 THEN gone.deleted_at END
    FROM gone, own
    LEFT JOIN heir ON heir.conversation_id = own.conversation_id
    WHERE conversation.id = own.conversation_id
    RETURNING conversation.id, conversation.change_seq, conversation.member_count, heir.user_id AS owner_id
),
shredded AS (
    DELETE FROM conversation_keys USING changed
    WHERE conversation_keys.conversation_id = changed.id AND changed.member_count = 0
),
events AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, user_id)
    SELECT gen_random_uuid(), 'member.removed', changed.id, changed.change_seq, $1 FROM changed
    UNION ALL
    SELECT gen_random_uuid(), 'member.updated', changed.id, changed.change_seq, changed.owner_id FROM changed
    WHERE changed.owner_id IS NOT NULL
),
audited AS (
    INSERT INTO audit_events (id, event, subject_type, subject_id, detail)
    SELECT $2, 'user_deleted', 'user', gone.id, '{"by": "replay_shreds"}' FROM gone
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM gone) AS "erased!"
