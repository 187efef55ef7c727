-- A mark from which on messages are unread to the member again. Safe to repeat with the same arguments. Always one row.
-- $4: the first message that is unread; $5: the event's id.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
own AS (
    SELECT member.*, coalesce(member.marked_seq, member.read_seq) AS after_seq
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
-- What is unread already stays so, and nothing is unread that the member does not see. When the member has read further than
-- can be seen, by a message of their own at this moment, nothing happens.
marked AS (
    SELECT own.*, least(own.after_seq, greatest($4::bigint - 1, own.joined_seq)) AS new_after_seq
    FROM own
    JOIN conversation ON $4 <= conversation.last_seq AND own.after_seq <= conversation.last_seq
),
counted AS (
    SELECT marked.*,
           marked.own_unread + (
               SELECT count(*)
               FROM messages AS message
               WHERE message.conversation_id = marked.conversation_id AND message.sender_id = marked.user_id
                 AND message.seq > marked.new_after_seq AND message.seq <= marked.after_seq
           ) AS new_own_unread
    FROM marked
),
changed AS (
    UPDATE members AS member
    SET marked_seq = counted.new_after_seq, own_unread = counted.new_own_unread
    FROM counted
    WHERE member.conversation_id = counted.conversation_id AND member.user_id = counted.user_id
      AND counted.new_after_seq < counted.after_seq
    RETURNING member.conversation_id, member.user_id
),
-- For the member's other devices.
event AS (
    INSERT INTO outbox (id, type, user_id, about_conversation_id)
    SELECT $5, 'receipt.updated', changed.user_id, changed.conversation_id FROM changed
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       conversation.last_seq AS "last_seq?",
       counted.delivered_seq AS "delivered_seq?",
       counted.read_seq AS "read_seq?",
       greatest(conversation.last_seq - counted.new_after_seq - counted.new_own_unread
                - (SELECT messages FROM uncounted_messages(conversation.id, $2, counted.new_after_seq)), 0) AS "unread_count?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN conversation ON true
LEFT JOIN counted ON true
