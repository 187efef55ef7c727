-- A member's own flags with one of them set. Safe to repeat with the same arguments. Always one row.
-- $4: archived; $5: whether to mute, until $6, null for not any more; $7: pinned; null for what stays. $8: the event's id.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
own AS (
    SELECT member.*, conversation.last_seq
    FROM session
    JOIN members AS member ON member.user_id = session.user_id
    JOIN conversations AS conversation ON conversation.id = member.conversation_id
    WHERE member.conversation_id = $3 AND member.left_at IS NULL
    FOR NO KEY UPDATE OF member
),
wanted AS (
    SELECT own.*,
           CASE
               WHEN $4::boolean IS NULL THEN own.archived_seq
               WHEN $4 THEN own.last_seq
           END AS new_archived_seq,
           CASE WHEN $5::boolean THEN $6::timestamptz ELSE own.muted_until END AS new_muted_until,
           CASE
               WHEN $7::boolean IS NULL THEN own.pinned_at
               WHEN $7 THEN coalesce(own.pinned_at, now())
           END AS new_pinned_at
    FROM own
),
changed AS (
    UPDATE members AS member
    SET archived_seq = wanted.new_archived_seq, muted_until = wanted.new_muted_until,
        pinned_at = wanted.new_pinned_at
    FROM wanted
    WHERE member.conversation_id = wanted.conversation_id AND member.user_id = wanted.user_id
      AND (wanted.new_archived_seq, wanted.new_muted_until, wanted.new_pinned_at)
          IS DISTINCT FROM (wanted.archived_seq, wanted.muted_until, wanted.pinned_at)
    RETURNING member.conversation_id, member.user_id
),
event AS (
    INSERT INTO outbox (id, type, user_id, about_conversation_id)
    SELECT $8, 'conversation.flags_updated', changed.user_id, changed.conversation_id FROM changed
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       is_archived(wanted.new_archived_seq, wanted.last_seq, wanted.new_muted_until) AS "archived!",
       CASE WHEN wanted.new_muted_until > now() THEN wanted.new_muted_until END AS "muted_until?",
       wanted.new_pinned_at IS NOT NULL AS "pinned!",
       wanted.user_id IS NOT NULL AS "member!"
FROM (VALUES (0)) AS one (row)
LEFT JOIN wanted ON true
