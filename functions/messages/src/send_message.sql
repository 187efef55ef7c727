-- One message: authorisation, its place in the conversation, the message with its parts, its event. Safe to repeat with
-- the same arguments. Always one row: the outcome is in which of its parts are there.
-- $11: media ids in their order; $12: the id of the message it answers, or null; $13: who is meant, the nil UUID for all;
-- $14: seconds until it disappears, or null; $15, $16: the sender's limit;
-- $17: the roles that post where only admins do; $18: the search tokens, or null.
-- $6: the epoch whose key sealed it; $19, $20: that key, where the sender has made it because another epoch is due;
-- $21: the day (UTC) on which it disappears, for which the epoch is, or null (docs/decisions/0039).
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
    SELECT conversation.id, conversation.epoch, conversation.last_epoch, conversation.last_seq, member.user_id,
           greatest(conversation.epochs_due_at, policy.epochs_due_at) AS epochs_due_at,
           ending.after_s,
           ((clock_timestamp() + ending.after_s * interval '1 second') AT TIME ZONE 'UTC')::date AS day
    FROM member
    JOIN conversations AS conversation ON conversation.id = member.conversation_id
    CROSS JOIN keys.policy
    CROSS JOIN LATERAL (SELECT least($14::bigint, conversation.retention_s::bigint) AS after_s) AS ending
),
-- The epoch that seals what disappears on this day, or what stays; and whether it may seal one more.
serving AS (
    SELECT latest.*, epoch_serves(latest.began_at, latest.first_seq, current.last_seq, current.epochs_due_at) AS serves
    FROM current
    CROSS JOIN LATERAL latest_epoch(current.id, current.epoch, current.day) AS latest
),
-- What the message was sealed under is what it must be sealed under.
sealed_well AS (
    SELECT current.id, current.user_id, current.after_s, serving.began_at, serving.first_seq
    FROM current
    LEFT JOIN serving ON true
    WHERE current.day IS NOT DISTINCT FROM $21::date
      AND CASE
              WHEN $19::uuid IS NULL THEN serving.epoch = $6 AND serving.serves
              ELSE current.last_epoch = $6 - 1 AND serving.serves IS NOT TRUE
          END
),
-- Only what is about to be written takes from its sender's limit.
limited AS (
    SELECT taken.*
    FROM sealed_well
    CROSS JOIN LATERAL take_from_limit(limit_key('send', sealed_well.user_id), $15, $16, 1) AS taken
    WHERE NOT EXISTS (SELECT FROM earlier)
      AND NOT EXISTS (SELECT FROM blocked)
      AND NOT EXISTS (SELECT FROM muzzled)
      AND NOT EXISTS (SELECT FROM attached WHERE attached.fault <> '')
      AND NOT EXISTS (SELECT FROM strangers)
      AND ($12::uuid IS NULL OR EXISTS (SELECT FROM quoted))
),
-- The row lock that numbers messages. What can have changed before we had it is asked again: a stale epoch changes nothing,
-- and of two who begin the same one the second does not.
conversation AS (
    UPDATE conversations AS conversation
    SET last_seq = conversation.last_seq + 1,
        change_seq = conversation.change_seq + 1,
        updated_at = greatest(conversation.updated_at, clock_timestamp()),
        epoch = CASE WHEN $19::uuid IS NOT NULL AND $21::date IS NULL THEN $6 ELSE conversation.epoch END,
        last_epoch = CASE WHEN $19::uuid IS NOT NULL THEN $6 ELSE conversation.last_epoch END
    FROM member, limited, sealed_well
    WHERE conversation.id = member.conversation_id AND limited.allowed
      AND (conversation.who_can_post = 'all' OR member.role = ANY ($17))
      AND CASE
              WHEN $19::uuid IS NOT NULL THEN conversation.last_epoch = $6 - 1
              ELSE ($21::date IS NOT NULL OR conversation.epoch = $6)
                   AND epoch_serves(sealed_well.began_at, sealed_well.first_seq, conversation.last_seq, conversation.epochs_due_at)
          END
    RETURNING conversation.id, conversation.last_seq, conversation.change_seq, conversation.updated_at,
              sealed_well.after_s
),
begun AS (
    INSERT INTO conversation_keys (conversation_id, epoch, keyring_id, sealed, created_at, first_seq, day)
    SELECT conversation.id, $6, $19, $20, clock_timestamp(), conversation.last_seq, $21
    FROM conversation
    WHERE $19::uuid IS NOT NULL
),
-- The event has the message's id, by which a repeat would find it.
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, detail)
    SELECT $4, 'crypt_epoch_begun', $2, $1, 'conversation', conversation.id,
           jsonb_strip_nulls(jsonb_build_object('epoch', $6::integer, 'day', $21::date, 'keyring_id', $19::uuid))
    FROM conversation
    WHERE $19::uuid IS NOT NULL
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
         reply_to_seq, expires_at, search_tokens)
    SELECT conversation.id, conversation.last_seq, $4, conversation.change_seq, $2, $5, $7, $6, $8, $9, conversation.updated_at,
           (SELECT quoted.seq FROM quoted), conversation.updated_at + conversation.after_s * interval '1 second', $18
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
indexed AS (
    INSERT INTO search_tokens (conversation_id, token, seq)
    SELECT sent.conversation_id, word.token, sent.seq
    FROM sent, unnest($18::bigint[]) AS word (token)
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
       -- The key of the message's epoch.
       coalesce(epoch_key.keyring_id, begun_key.keyring_id) AS "key_keyring_id?",
       coalesce(epoch_key.sealed, begun_key.sealed) AS "key_sealed?",
       -- What the next one is to be sealed under: the day, the latest epoch for it and when it is due, and the next number.
       current.day AS "day?",
       serving.epoch AS "serving_epoch?",
       serving.keyring_id AS "serving_keyring_id?",
       serving.sealed AS "serving_sealed?",
       serving.serves AS "serves?",
       CASE WHEN serving.serves AND current.last_seq - serving.first_seq + 2 < 1048576
            THEN serving.began_at + interval '7 days' ELSE now() END AS "due_at?",
       current.last_epoch + 1 AS "next_epoch?",
       (SELECT active.id FROM keys.keyring AS active WHERE active.purpose = 'content' AND active.state = 'active')
           AS "active_keyring_id?",
       -- The key that fingerprinted the request, where an edit has sealed the message under another.
       request_key.epoch AS "request_key_epoch?",
       request_key.keyring_id AS "request_key_keyring_id?",
       request_key.sealed AS "request_key_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN limited ON true
LEFT JOIN message ON true
LEFT JOIN current ON true
LEFT JOIN serving ON true
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
-- One that this statement has written it cannot see yet.
LEFT JOIN (SELECT $19::uuid AS keyring_id, $20::bytea AS sealed) AS begun_key ON EXISTS (SELECT FROM sent) AND $19 IS NOT NULL
LEFT JOIN conversation_keys AS request_key
       ON request_key.conversation_id = message.conversation_id AND request_key.epoch = message.request_epoch
