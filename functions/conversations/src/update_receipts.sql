-- A member's watermarks, which only ever move on. Safe to repeat with the same arguments. Always one row.
-- $4: delivered up to here, $5: read up to here; null for what stays.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
own AS (
    SELECT member.conversation_id, member.user_id, member.delivered_seq, member.read_seq, member.marked_seq, member.own_unread
    FROM members AS member
    JOIN session ON session.user_id = member.user_id
    WHERE member.conversation_id = $3 AND member.left_at IS NULL
    FOR NO KEY UPDATE OF member
),
-- As of the statement's beginning: every message up to this last one can be seen below.
conversation AS (
    SELECT conversation.id, conversation.last_seq
    FROM own
    JOIN conversations AS conversation ON conversation.id = own.conversation_id
),
-- Reading a message is getting it. In the member's own view reading moves the mark too, and takes it away at the watermark.
moved AS (
    SELECT own.*,
           coalesce(own.marked_seq, own.read_seq) AS after_seq,
           greatest(own.delivered_seq, $4::bigint, $5::bigint) AS new_delivered_seq,
           greatest(own.read_seq, $5) AS new_read_seq,
           CASE WHEN own.marked_seq IS NULL OR $5 >= own.read_seq THEN NULL ELSE greatest(own.marked_seq, $5) END
               AS new_marked_seq
    FROM own
    JOIN conversation ON coalesce($4::bigint, 0) <= conversation.last_seq AND coalesce($5::bigint, 0) <= conversation.last_seq
),
counted AS (
    SELECT moved.*,
           coalesce(moved.new_marked_seq, moved.new_read_seq) AS new_after_seq,
           moved.own_unread - CASE WHEN moved.own_unread = 0 THEN 0 ELSE (
               SELECT count(*)
               FROM messages AS message
               WHERE message.conversation_id = moved.conversation_id AND message.sender_id = moved.user_id
                 AND message.seq > moved.after_seq AND message.seq <= coalesce(moved.new_marked_seq, moved.new_read_seq)
           ) END AS new_own_unread
    FROM moved
),
changed AS (
    UPDATE members AS member
    SET delivered_seq = counted.new_delivered_seq, read_seq = counted.new_read_seq, marked_seq = counted.new_marked_seq,
        own_unread = counted.new_own_unread
    FROM counted
    WHERE member.conversation_id = counted.conversation_id AND member.user_id = counted.user_id
      AND (counted.new_delivered_seq, counted.new_read_seq, counted.new_marked_seq)
          IS DISTINCT FROM (counted.delivered_seq, counted.read_seq, counted.marked_seq)
    RETURNING member.user_id, member.conversation_id,
              (counted.new_delivered_seq, counted.new_read_seq) <> (counted.delivered_seq, counted.read_seq) AS shown
),
-- Where only the mark has moved nobody else sees a difference.
event AS (
    INSERT INTO outbox (id, type, conversation_id, user_id, about_conversation_id)
    SELECT $6, 'receipt.updated', CASE WHEN changed.shown THEN changed.conversation_id END, changed.user_id,
           CASE WHEN NOT changed.shown THEN changed.conversation_id END
    FROM changed
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       conversation.last_seq AS "last_seq?",
       counted.new_delivered_seq AS "delivered_seq?",
       counted.new_read_seq AS "read_seq?",
       greatest(conversation.last_seq - counted.new_after_seq - counted.new_own_unread
                - (SELECT messages FROM uncounted_messages(conversation.id, $2, counted.new_after_seq)), 0) AS "unread_count?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN conversation ON true
LEFT JOIN counted ON true
