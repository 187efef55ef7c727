-- Ends a group for all its members and destroys its keys, so that nobody ever reads it again. Safe to repeat with the same
-- arguments: once it is done nobody is a member. Always one row. $4: the roles that may.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
own AS (
    SELECT member.conversation_id, member.user_id, member.role
    FROM session
    JOIN members AS member ON member.user_id = session.user_id
    WHERE member.conversation_id = $3 AND member.left_at IS NULL
),
-- Everybody's membership is locked before the conversation (docs/decisions/0020): a message on its way is either before the
-- end or not at all.
locked AS (
    SELECT member.user_id, member.role
    FROM members AS member
    WHERE member.conversation_id = (SELECT own.conversation_id FROM own WHERE own.role = ANY ($4::text[]))
      AND member.left_at IS NULL
    ORDER BY member.user_id
    FOR NO KEY UPDATE
),
allowed AS (
    SELECT $3::uuid AS conversation_id
    FROM locked
    HAVING bool_or(locked.user_id = $2 AND locked.role = ANY ($4))
),
changed AS (
    UPDATE conversations AS conversation
    SET deleted_at = clock_timestamp(), member_count = 0, change_seq = conversation.change_seq + 1
    FROM allowed
    WHERE conversation.id = allowed.conversation_id AND conversation.type = 'group'
      -- Somebody may have been added beside us, whom this statement does not see: then nothing happens.
      AND conversation.member_count = (SELECT count(*) FROM locked)
    RETURNING conversation.id, conversation.change_seq, conversation.deleted_at
),
shredded AS (
    DELETE FROM conversation_keys USING changed WHERE conversation_keys.conversation_id = changed.id
),
departed AS (
    UPDATE members AS member
    SET left_at = changed.deleted_at
    FROM changed
    WHERE member.conversation_id = changed.id AND member.left_at IS NULL
),
event AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq)
    SELECT $5, 'conversation.deleted', changed.id, changed.change_seq FROM changed
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
    SELECT $6, 'sensitive_delete', $2, $1, 'conversation', changed.id, $7, $8 FROM changed
),
-- Our own earlier run, whose answer was lost.
earlier AS (
    SELECT FROM session JOIN audit_events AS event ON event.id = $6
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       EXISTS (SELECT FROM changed) OR EXISTS (SELECT FROM earlier) AS "done!",
       own.role AS "role?",
       conversation.type AS "type?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN own ON true
LEFT JOIN conversations AS conversation ON conversation.id = own.conversation_id
