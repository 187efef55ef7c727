-- One message: authorisation, its place in the conversation, the message with its parts, its event. Safe to repeat with
-- the same arguments. Always one row: the outcome is in which of its parts are there.
-- $11: media ids in their order; $12: the id of the message it answers, or null; $13: who is meant, the nil UUID for all;
-- $14: seconds until it disappears, or null; $15, $16: the sender's limit;
-- $17: the roles that post where only admins do.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
-- The sender's membership is locked before the conversation (as whoever removes a member does), so that a removed
-- member's send in flight is either before the removal or not at all.
member AS (
    SELECT member.conversation_id, member.user_id, member.role, member.joined_seq
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
    JOIN silenced_conversations AS silenced ON silenced.conversation_id = member.conversation_id
),
-- Where only admins post.
muzzled AS (
    SELECT FROM member
    JOIN conversations AS announcing ON announcing.id = member.conversation_id
    WHERE announcing.who_can_post = 'admins' AND member.role <> ALL ($17::text[])
),
-- What is to be attached, and what is wrong with it.
attached AS (
    SELECT wanted.position, file,
           CASE
               WHEN file.id IS NULL THEN 'unknown_media'
               WHEN file.kind <> $7 THEN 'wrong_kind'
               WHEN file.status <> 'ready' THEN 'not_ready'
               ELSE ''
           END AS fault
    FROM unnest($11::uuid[]) WITH ORDINALITY AS wanted (id, position)
    LEFT JOIN media AS file ON file.id = wanted.id AND file.owner_id = $2
),
quoted AS (
    SELECT message.seq
    FROM member
    JOIN messages AS message
      ON message.conversation_id = member.conversation_id AND message.seq > member.joined_seq
    WHERE message.id = $12 AND message.deleted_at IS NULL
      AND (message.expires_at IS NULL OR message.expires_at > now())
),
strangers AS (
    SELECT meant.id
    FROM unnest($13::uuid[]) AS meant (id)
    WHERE meant.id <> '00000000-0000-0000-0000-000000000000'
      AND NOT EXISTS (
          SELECT FROM members AS other
          WHERE other.conversation_id = $3 AND other.user_id = meant.id AND other.left_at IS NULL
      )
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
    CROSS JOIN LATERAL take_from_limit(limit_key('send', current.user_id), $15, $16, 1) AS taken
    WHERE current.epoch = $6
      AND NOT EXISTS (SELECT FROM earlier)
      AND NOT EXISTS (SELECT FROM blocked)
      AND NOT EXISTS (SELECT FROM muzzled)
      AND NOT EXISTS (SELECT FROM attached WHERE attached.fault <> '')
      AND NOT EXISTS (SELECT FROM strangers)
      AND ($12::uuid IS NULL OR EXISTS (SELECT FROM quoted))
),
-- The row lock that numbers messages. $6 is the epoch whose key the sender used: a stale one changes nothing.
conversation AS (
    UPDATE conversations AS conversation
    SET last_seq = conversation.last_seq + 1,
        change_seq = conversation.change_seq + 1,
        updated_at = greatest(conversation.updated_at, clock_timestamp())
    FROM member, limited
    WHERE conversation.id = member.conversation_id AND conversation.epoch = $6 AND limited.allowed
      AND (conversation.who_can_post = 'all' OR member.role = ANY ($17))
    RETURNING conversation.id, conversation.last_seq, conversation.change_seq, conversation.updated_at
),
-- Who has read everything has read their own message too; to others it is not unread all the same.
reading AS (
    UPDATE members AS own
    SET read_seq = CASE WHEN own.marked_seq IS NULL AND own.read_seq = conversation.last_seq - 1
                        THEN conversation.last_seq ELSE own.read_seq END,
        delivered_seq = CASE WHEN own.marked_seq IS NULL AND own.read_seq = conversation.last_seq - 1
                             THEN conversation.last_seq ELSE own.delivered_seq END,
        own_unread = CASE WHEN own.marked_seq IS NULL AND own.read_seq = conversation.last_seq - 1
                          THEN own.own_unread ELSE own.own_unread + 1 END
    FROM conversation
    WHERE own.conversation_id = conversation.id AND own.user_id = $2
),
sent AS (
    INSERT INTO messages
        (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed, request_fingerprint, created_at,
         reply_to_seq, expires_at)
    SELECT conversation.id, conversation.last_seq, $4, conversation.change_seq, $2, $5, $7, $6, $8, $9, conversation.updated_at,
           (SELECT quoted.seq FROM quoted), conversation.updated_at + $14::bigint * interval '1 second'
    FROM conversation
    RETURNING *
),
holding AS (
    INSERT INTO message_media (conversation_id, seq, position, media_id)
    SELECT sent.conversation_id, sent.seq, attached.position, (attached.file).id
    FROM sent, attached
),
meaning AS (
    INSERT INTO mentions (conversation_id, seq, user_id)
    SELECT sent.conversation_id, sent.seq, meant.id
    FROM sent, unnest($13::uuid[]) AS meant (id)
),
event AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq, message_id)
    SELECT $10, 'message.created', sent.conversation_id, sent.change_seq, sent.id
    FROM sent
),
-- The parts of what is sent now are not in its tables yet, as far as this statement sees.
message AS (
    SELECT sent.*,
           json_build_object(
               'media', (SELECT coalesce(json_agg(media_part(attached.file) ORDER BY attached.position), '[]') FROM attached),
               'mentions', to_json($13::uuid[]),
               'reply', CASE
                   WHEN sent.reply_to_seq IS NOT NULL THEN reply_part(sent.conversation_id, sent.reply_to_seq, $2)
               END
           )::text AS parts
    FROM sent
    UNION ALL
    SELECT earlier.*, parts.parts
    FROM earlier
    CROSS JOIN LATERAL message_parts(
        earlier.conversation_id, earlier.seq, earlier.type, earlier.reply_to_seq, earlier.reactions, $2
    ) AS parts
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       EXISTS (SELECT FROM member) AS "member!",
       EXISTS (SELECT FROM blocked) AS "blocked!",
       EXISTS (SELECT FROM muzzled) AS "muzzled!",
       EXISTS (SELECT FROM quoted) AS "quoted!",
       EXISTS (SELECT FROM sent) AS "sent!",
       limited.allowed AS "limit_allowed?",
       limited.ahead_us AS "limit_ahead_us?",
       limited.newly_refused AS "limit_newly_refused?",
       ARRAY (SELECT attached.fault FROM attached ORDER BY attached.position) AS "media_faults!",
       ARRAY (SELECT strangers.id FROM strangers) AS "strangers!",
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
       message.parts AS "parts?",
       -- The key of the message's epoch, or without a message the current one, to try again with.
       epoch_key.epoch AS "key_epoch?",
       epoch_key.keyring_id AS "key_keyring_id?",
       epoch_key.sealed AS "key_sealed?",
       -- The key that fingerprinted the request, where an edit has sealed the message under another.
       request_key.epoch AS "request_key_epoch?",
       request_key.keyring_id AS "request_key_keyring_id?",
       request_key.sealed AS "request_key_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN limited ON true
LEFT JOIN message ON true
LEFT JOIN current ON true
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = coalesce(message.conversation_id, current.id)
      AND epoch_key.epoch = coalesce(message.epoch, current.epoch)
LEFT JOIN conversation_keys AS request_key
       ON request_key.conversation_id = message.conversation_id AND request_key.epoch = message.request_epoch
