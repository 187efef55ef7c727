-- Events as those who are there see them now: one row for each event and each way it is seen, with the connections of all who
-- see it so. One row at least: the event columns are null when there is none.
-- $1: rows of the outbox; $2: members up to which a conversation is told everything; $3: connections after this one;
-- $4: connections, or none for all; $5: how many connections.
WITH event AS (
    SELECT logged.*, coalesce(logged.conversation_id, logged.about_conversation_id) AS place_id,
           conversation.deleted_at AS ended_at,
           coalesce(conversation.member_count > $2, false) AND logged.type <> 'conversation.deleted' AS large,
           silenced.conversation_id IS NOT NULL AS silenced
    FROM outbox AS logged
    LEFT JOIN conversations AS conversation ON conversation.id = logged.conversation_id
    LEFT JOIN silenced_conversations AS silenced ON silenced.conversation_id = logged.conversation_id
    WHERE logged.id = ANY ($1::uuid[])
),
audience AS (
    SELECT event.id AS event_id, member.user_id
    FROM event
    JOIN members AS member ON member.conversation_id = event.conversation_id
    WHERE CASE
              WHEN event.type = 'conversation.deleted' THEN member.left_at = event.ended_at
              WHEN event.type = 'member.removed' AND member.user_id = event.user_id THEN true
              ELSE member.left_at IS NULL AND (NOT event.large OR member.user_id = event.user_id)
          END
    UNION ALL
    -- What is a user's alone.
    SELECT event.id, event.user_id
    FROM event
    WHERE event.conversation_id IS NULL
),
listening AS (
    SELECT listener.connection_id, listener.user_id
    FROM (SELECT DISTINCT audience.user_id FROM audience) AS hearer
    -- Each by themselves: a user has at most 25 sessions of ten sockets.
    CROSS JOIN LATERAL (
        SELECT own.connection_id, own.user_id
        FROM listeners AS own
        WHERE own.user_id = hearer.user_id AND own.connection_id > $3
          AND (cardinality($4::text[]) = 0 OR own.connection_id = ANY ($4))
        LIMIT 250
    ) AS listener
    ORDER BY listener.connection_id
    LIMIT $5
),
viewer AS (
    SELECT DISTINCT audience.event_id, audience.user_id
    FROM audience
    JOIN listening ON listening.user_id = audience.user_id
),
-- Messages where the viewer may see them. Where one of two has blocked the other, each sees their own only.
seen AS (
    SELECT viewer.event_id, viewer.user_id, message.seq, parts.parts
    FROM viewer
    JOIN event ON event.id = viewer.event_id
    JOIN message_readers AS reader
      ON reader.conversation_id = event.conversation_id AND reader.user_id = viewer.user_id
    JOIN messages AS message
      ON message.id = event.message_id AND message.conversation_id = reader.conversation_id
     AND message.seq > reader.after_seq
    CROSS JOIN LATERAL message_parts(
        message.conversation_id, message.seq, message.type, message.reply_to_seq, message.reactions, reader.user_id
    ) AS parts
    WHERE (NOT event.silenced OR message.sender_id = reader.user_id)
      AND NOT EXISTS (
          SELECT FROM hidden_messages AS hidden
          WHERE hidden.conversation_id = message.conversation_id AND hidden.seq = message.seq
            AND hidden.user_id = reader.user_id
      )
    UNION ALL
    SELECT viewer.event_id, viewer.user_id, NULL, NULL
    FROM viewer
    JOIN event ON event.id = viewer.event_id
    WHERE (event.message_id IS NULL OR event.conversation_id IS NULL)
      AND (NOT event.silenced OR event.user_id = viewer.user_id)
),
told AS (
    SELECT seen.event_id, seen.seq, seen.parts,
           event.type = 'receipt.updated' AND seen.user_id = event.user_id AS own_receipt,
           array_agg(listening.connection_id ORDER BY listening.connection_id) AS connection_ids
    FROM seen
    JOIN event ON event.id = seen.event_id
    JOIN listening ON listening.user_id = seen.user_id
    GROUP BY 1, 2, 3, 4
),
-- Who does not send read receipts shows theirs to nobody else.
receipt AS (
    SELECT told.event_id, told.own_receipt, reader.delivered_seq,
           CASE WHEN reader.send_read_receipts OR told.own_receipt THEN reader.read_seq END AS read_seq
    FROM told
    JOIN event ON event.id = told.event_id
    CROSS JOIN LATERAL (
        SELECT member.delivered_seq, member.read_seq, users.send_read_receipts
        FROM members AS member
        JOIN users ON users.id = member.user_id
        WHERE member.conversation_id = event.place_id AND member.user_id = event.user_id AND member.left_at IS NULL
        LIMIT 1
    ) AS reader
    WHERE event.type = 'receipt.updated'
)
SELECT (SELECT CASE WHEN count(*) = $5 THEN max(listening.connection_id) END FROM listening) AS "rest_after?",
       told.connection_ids AS "connection_ids?",
       event.type AS "type?",
       event.place_id AS "of_conversation_id?",
       event.change_seq AS "at_change_seq?",
       event.created_at AS "at?",
       event.message_id AS "message_id?",
       event.user_id AS "user_id?",
       event.media_id AS "media_id?",
       receipt.delivered_seq AS "delivered_seq?",
       receipt.read_seq AS "read_seq?",
       own.unread_count AS "unread_count?",
       own.mention_count AS "mention_count?",
       own.archived AS "archived?",
       own.muted_until AS "muted_until?",
       own.pinned AS "pinned?",
       CASE WHEN account.id IS NOT NULL THEN account_part(account)::text END AS "account?",
       message.id AS "id?",
       message.conversation_id AS "conversation_id?",
       message.seq AS "seq?",
       message.change_seq AS "change_seq?",
       message.client_id AS "client_id?",
       message.sender_id AS "sender_id?",
       message.type AS "kind?",
       message.epoch AS "epoch?",
       message.version AS "version?",
       message.sealed AS "sealed?",
       message.created_at AS "created_at?",
       message.edited_at AS "edited_at?",
       message.deleted_at AS "deleted_at?",
       message.expires_at AS "expires_at?",
       epoch_key.keyring_id AS "key_keyring_id?",
       epoch_key.sealed AS "key_sealed?",
       told.parts AS "parts?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN told ON true
LEFT JOIN event ON event.id = told.event_id
LEFT JOIN receipt ON receipt.event_id = told.event_id AND receipt.own_receipt = told.own_receipt
-- What is the user's alone is told to nobody else.
LEFT JOIN own_memberships AS own
       ON own.conversation_id = event.place_id AND own.user_id = event.user_id
      AND (told.own_receipt OR event.type IN ('conversation.flags_updated', 'conversation.message_hidden'))
LEFT JOIN users AS account ON account.id = event.user_id AND event.type = 'user.updated' AND account.deleted_at IS NULL
LEFT JOIN messages AS message ON message.conversation_id = event.conversation_id AND message.seq = told.seq
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
ORDER BY event.conversation_id, event.change_seq, event.id
