-- One message: authorisation, its place in the conversation, the message, its event. Safe to repeat with the same
-- arguments. Always one row: the outcome is in which of its parts are there.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
-- The sender's membership is locked before the conversation (as whoever removes a member does), so that a removed
-- member's send in flight is either before the removal or not at all.
member AS (
    SELECT member.conversation_id, member.user_id, member.read_seq
    FROM members AS member
    JOIN session ON session.user_id = member.user_id
    WHERE member.conversation_id = $3 AND member.left_at IS NULL
    FOR NO KEY UPDATE OF member
),
earlier AS (
    SELECT message.*
    FROM messages AS message
    JOIN session ON session.user_id = message.sender_id
    WHERE message.client_id = $5
),
-- In a direct conversation nothing is said while one of the two blocks the other.
blocked AS (
    SELECT FROM member
    JOIN conversations AS direct ON direct.id = member.conversation_id AND direct.type = 'direct'
    JOIN blocks ON (blocks.user_id = direct.direct_low AND blocks.blocked_id = direct.direct_high)
                OR (blocks.user_id = direct.direct_high AND blocks.blocked_id = direct.direct_low)
),
-- For members only, by an inner join (docs/decisions/0004).
current AS (
    SELECT conversation.id, conversation.epoch, member.user_id
    FROM member
    JOIN conversations AS conversation ON conversation.id = member.conversation_id
),
-- Only what is about to be written takes from its sender's limit.
limited AS (
    SELECT taken.*
    FROM current
    CROSS JOIN LATERAL take_from_limit(limit_key('send', current.user_id), $11, $12, 1) AS taken
    WHERE current.epoch = $6 AND NOT EXISTS (SELECT FROM earlier) AND NOT EXISTS (SELECT FROM blocked)
),
-- The row lock that numbers messages. $6 is the epoch whose key the sender used: a stale one changes nothing.
conversation AS (
    UPDATE conversations AS conversation
    SET last_seq = conversation.last_seq + 1,
        change_seq = conversation.change_seq + 1,
        updated_at = greatest(conversation.updated_at, clock_timestamp())
    FROM member, limited
    WHERE conversation.id = member.conversation_id AND conversation.epoch = $6 AND limited.allowed
    RETURNING conversation.id, conversation.last_seq, conversation.change_seq, conversation.updated_at
),
-- Who has read everything has read their own message too; to others it is not unread all the same.
reading AS (
    UPDATE members AS own
    SET read_seq = CASE WHEN own.read_seq = conversation.last_seq - 1 THEN conversation.last_seq ELSE own.read_seq END,
        delivered_seq = CASE WHEN own.read_seq = conversation.last_seq - 1 THEN conversation.last_seq ELSE own.delivered_seq END,
        own_unread = CASE WHEN own.read_seq = conversation.last_seq - 1 THEN own.own_unread ELSE own.own_unread + 1 END
    FROM conversation
    WHERE own.conversation_id = conversation.id AND own.user_id = $2
),
sent AS (
    INSERT INTO messages
        (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed, request_fingerprint, created_at)
    SELECT conversation.id, conversation.last_seq, $4, conversation.change_seq, $2, $5, $7, $6, $8, $9, conversation.updated_at
    FROM conversation
    RETURNING *
),
event AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, message_id)
    SELECT $10, 'message.created', sent.conversation_id, sent.change_seq, sent.id
    FROM sent
),
message AS (
    SELECT * FROM sent UNION ALL SELECT * FROM earlier
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       EXISTS (SELECT FROM member) AS "member!",
       EXISTS (SELECT FROM blocked) AS "blocked!",
       EXISTS (SELECT FROM sent) AS "sent!",
       limited.allowed AS "limit_allowed?",
       limited.ahead_us AS "limit_ahead_us?",
       limited.newly_refused AS "limit_newly_refused?",
       -- The message, sent now or earlier.
       message.id AS "id?",
       message.conversation_id AS "conversation_id?",
       message.seq AS "seq?",
       message.change_seq AS "change_seq?",
       message.epoch AS "epoch?",
       message.type AS "kind?",
       message.version AS "version?",
       message.sealed AS "sealed?",
       message.request_fingerprint AS "request_fingerprint?",
       message.created_at AS "created_at?",
       message.edited_at AS "edited_at?",
       message.deleted_at AS "deleted_at?",
       message.expires_at AS "expires_at?",
       -- The key of the message's epoch, or without a message the current one, to try again with.
       epoch_key.epoch AS "key_epoch?",
       epoch_key.keyring_id AS "key_keyring_id?",
       epoch_key.sealed AS "key_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN limited ON true
LEFT JOIN message ON true
LEFT JOIN current ON true
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = coalesce(message.conversation_id, current.id)
      AND epoch_key.epoch = coalesce(message.epoch, current.epoch)
