-- The newest messages that have every word, as index ranges of search_tokens. One row at least: the message columns are null
-- when there is none.
-- $4: the latest epoch whose tokens are given; $5: for each epoch the token of the first word; $6: after one another, for
-- each epoch, those of the other words; $7: how many others there are; $8: only messages before this one; $9: how many, one
-- more than shown; $10, $11: the caller's limit.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
reader AS (
    SELECT reader.conversation_id, reader.user_id, reader.after_seq
    FROM session
    JOIN message_readers AS reader ON reader.user_id = session.user_id
    WHERE reader.conversation_id = $3
),
-- Epochs that the caller's tokens leave out: nothing is searched before they are known. The newest 1,024 are searched.
missing AS (
    SELECT epoch_key.epoch, epoch_key.keyring_id, epoch_key.sealed
    FROM reader
    JOIN conversation_keys AS epoch_key ON epoch_key.conversation_id = reader.conversation_id
    WHERE epoch_key.epoch > $4
    ORDER BY epoch_key.epoch DESC
    LIMIT 1024
),
limited AS (
    SELECT taken.*
    FROM reader
    CROSS JOIN LATERAL take_from_limit(limit_key('search', reader.user_id), $10, $11, 1) AS taken
    WHERE NOT EXISTS (SELECT FROM missing)
),
-- For each epoch the newest message with the first word. Of many sorted lists, the newest entries are in those whose first
-- entries are the newest: eight lists are read.
heads AS (
    SELECT wanted.place, wanted.token, head.seq, row_number() OVER (ORDER BY head.seq DESC) AS rank
    FROM reader
    JOIN limited ON limited.allowed
    CROSS JOIN unnest($5::bigint[]) WITH ORDINALITY AS wanted (token, place)
    CROSS JOIN LATERAL (
        SELECT held.seq
        FROM search_tokens AS held
        WHERE held.conversation_id = reader.conversation_id AND held.token = wanted.token
          AND held.seq > reader.after_seq AND held.seq < $8
        ORDER BY held.seq DESC
        LIMIT 1
    ) AS head
    ORDER BY head.seq DESC
    LIMIT 9
),
-- 250 entries of each list are looked at; one more tells whether there are more.
listed AS (
    SELECT entry.seq, entry.rank, list.others
    FROM reader
    CROSS JOIN (
        SELECT heads.token, ($6::bigint[])[(heads.place - 1) * $7 + 1 : heads.place * $7] AS others
        FROM heads
        WHERE heads.rank <= 8
    ) AS list
    CROSS JOIN LATERAL (
        SELECT held.seq, row_number() OVER (ORDER BY held.seq DESC) AS rank
        FROM search_tokens AS held
        WHERE held.conversation_id = reader.conversation_id AND held.token = list.token
          AND held.seq > reader.after_seq AND held.seq < $8
        ORDER BY held.seq DESC
        LIMIT 251
    ) AS entry
),
-- From this message on everything has been looked at; null: everything has.
looked_to AS (
    SELECT greatest(
               (SELECT max(listed.seq) FROM listed WHERE listed.rank = 251),
               (SELECT heads.seq FROM heads WHERE heads.rank = 9)
           ) + 1 AS seq
),
page AS (
    SELECT message.*
    FROM reader
    CROSS JOIN looked_to
    CROSS JOIN (SELECT listed.seq, listed.others FROM listed ORDER BY listed.seq DESC) AS candidate
    -- One at a time by its key, however many the planner expects.
    CROSS JOIN LATERAL (
        SELECT said.*
        FROM messages AS said
        WHERE said.conversation_id = reader.conversation_id AND said.seq = candidate.seq
        LIMIT 1
    ) AS message
    WHERE candidate.seq >= coalesce(looked_to.seq, 0)
      AND NOT EXISTS (
          SELECT FROM unnest(candidate.others) AS other (token)
          -- By its key too: of all tokens of a long message one is asked for.
          LEFT JOIN LATERAL (
              SELECT held.seq
              FROM search_tokens AS held
              WHERE held.conversation_id = reader.conversation_id AND held.token = other.token
                AND held.seq = candidate.seq
              LIMIT 1
          ) AS held ON true
          WHERE held.seq IS NULL
      )
      AND message.deleted_at IS NULL
      AND (message.expires_at IS NULL OR message.expires_at > now())
      AND NOT EXISTS (
          SELECT FROM hidden_messages AS hidden
          WHERE hidden.conversation_id = message.conversation_id AND hidden.seq = message.seq
            AND hidden.user_id = reader.user_id
      )
    ORDER BY candidate.seq DESC
    LIMIT $9
)
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
           WHEN reader.user_id IS NULL THEN 'not_found'
           ELSE 'ok'
       END AS "outcome!",
       ARRAY (SELECT missing.epoch FROM missing ORDER BY missing.epoch DESC) AS "missing_epochs!",
       ARRAY (SELECT missing.keyring_id FROM missing ORDER BY missing.epoch DESC) AS "missing_keyring_ids!",
       ARRAY (SELECT missing.sealed FROM missing ORDER BY missing.epoch DESC) AS "missing_sealed!",
       limited.allowed AS "limit_allowed?",
       limited.ahead_us AS "limit_ahead_us?",
       limited.newly_refused AS "limit_newly_refused?",
       looked_to.seq AS "looked_to?",
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
       (SELECT parts
        FROM message_parts(
            message.conversation_id, message.seq, message.type, message.reply_to_seq, message.reactions, reader.user_id
        )) AS "parts?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN reader ON true
LEFT JOIN limited ON true
LEFT JOIN looked_to ON true
LEFT JOIN page AS message ON true
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
ORDER BY message.seq DESC
