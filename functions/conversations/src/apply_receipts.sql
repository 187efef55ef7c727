-- Watermarks of many members, which only ever move on. Safe to repeat with the same arguments, and in any order with others. A
-- row for each member whose watermarks moved: the event that tells of it.
-- One element for each acknowledgement: $1 user, $2 conversation, $3 delivered up to, $4 read up to, $5 a fresh id.
WITH asked AS (
    -- Reading a message is getting it. As of the statement's beginning: what is beyond the last message acknowledges nothing.
    SELECT conversation.id AS conversation_id, one.user_id,
           max(greatest(one.delivered_seq, one.read_seq)) AS delivered_seq, max(one.read_seq) AS read_seq,
           (array_agg(one.event_id ORDER BY one.event_id))[1] AS event_id
    FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::uuid[])
        AS one (user_id, conversation_id, delivered_seq, read_seq, event_id)
    JOIN conversations AS conversation
      ON conversation.id = one.conversation_id AND greatest(one.delivered_seq, one.read_seq) <= conversation.last_seq
    GROUP BY conversation.id, one.user_id
),
-- In one order, so that two batches with the same members do not wait for each other in a circle.
own AS (
    SELECT member.conversation_id, member.user_id, member.delivered_seq, member.read_seq, member.marked_seq, member.own_unread,
           greatest(member.delivered_seq, asked.delivered_seq) AS new_delivered_seq,
           greatest(member.read_seq, asked.read_seq) AS new_read_seq,
           asked.event_id
    FROM asked
    JOIN members AS member ON member.conversation_id = asked.conversation_id AND member.user_id = asked.user_id
    WHERE member.left_at IS NULL
      AND (asked.delivered_seq > member.delivered_seq OR asked.read_seq > member.read_seq)
    ORDER BY member.conversation_id, member.user_id
    FOR NO KEY UPDATE OF member
),
-- Only what moves the watermark takes the mark of unread messages away: an old acknowledgement may come after the mark.
moved AS (
    SELECT own.*,
           CASE WHEN own.new_read_seq > own.read_seq THEN NULL ELSE own.marked_seq END AS new_marked_seq,
           own.own_unread - CASE WHEN own.own_unread = 0 OR own.new_read_seq = own.read_seq THEN 0 ELSE (
               SELECT count(*)
               FROM messages AS message
               WHERE message.conversation_id = own.conversation_id AND message.sender_id = own.user_id
                 AND message.seq > coalesce(own.marked_seq, own.read_seq) AND message.seq <= own.new_read_seq
           ) END AS new_own_unread
    FROM own
),
changed AS (
    UPDATE members AS member
    SET delivered_seq = moved.new_delivered_seq, read_seq = moved.new_read_seq, marked_seq = moved.new_marked_seq,
        own_unread = moved.new_own_unread
    FROM moved
    WHERE member.conversation_id = moved.conversation_id AND member.user_id = moved.user_id
    RETURNING member.conversation_id, member.user_id, moved.event_id
)
INSERT INTO outbox (id, type, conversation_id, user_id)
SELECT changed.event_id, 'receipt.updated', changed.conversation_id, changed.user_id FROM changed
ON CONFLICT (id) DO NOTHING
RETURNING id
