-- What changed for the caller after a place in the log, in its order (docs/decisions/0028). One row at least: the change columns
-- are null when there is nothing.
-- $3: the log that the place is in; $4, $5, $6: the place: transaction, change, row; $7: how many.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
-- Below the horizon every transaction is over: what of theirs cannot be seen now never will be.
log AS (
    SELECT change_log.id, change_log.removed_xid, pg_snapshot_xmin(pg_current_snapshot()) AS horizon,
           change_log.id = $3::uuid
           AND $4::bigint::text::xid8 > change_log.removed_xid
           AND $4::bigint::text::xid8 <= pg_snapshot_xmax(pg_current_snapshot()) AS valid
    FROM session
    CROSS JOIN change_log
),
-- Behind the last row rather than at the horizon: a number that nothing is written under may come again after a crash.
newest AS (
    SELECT (
        SELECT logged.xid FROM outbox AS logged WHERE logged.xid < log.horizon ORDER BY logged.xid DESC LIMIT 1
    ) AS xid
    FROM log
),
viewer AS (
    SELECT session.user_id, $4::bigint::text::xid8 AS since, log.horizon
    FROM session
    JOIN log ON log.valid
),
-- Where little has happened anywhere, it says which conversations to look into; else all of the caller's are.
recent AS MATERIALIZED (
    SELECT logged.conversation_id
    FROM viewer
    CROSS JOIN LATERAL (
        SELECT logged.conversation_id
        FROM outbox AS logged
        WHERE logged.xid >= viewer.since AND logged.xid < viewer.horizon
        ORDER BY logged.xid
        LIMIT 501
    ) AS logged
),
candidate AS (
    SELECT member.conversation_id
    FROM viewer
    CROSS JOIN (SELECT DISTINCT recent.conversation_id FROM recent) AS active
    JOIN members AS member ON member.conversation_id = active.conversation_id AND member.user_id = viewer.user_id
    WHERE member.left_at IS NULL AND (SELECT count(*) <= 500 FROM recent)
    UNION ALL
    SELECT member.conversation_id
    FROM viewer
    JOIN members AS member ON member.user_id = viewer.user_id
    WHERE member.left_at IS NULL AND (SELECT count(*) > 500 FROM recent)
),
-- The first rows of a page are in the conversations whose own first rows come first: one look into each of the others is enough.
foremost AS (
    SELECT candidate.conversation_id
    FROM viewer
    CROSS JOIN candidate
    CROSS JOIN LATERAL (
        SELECT logged.xid, logged.change_seq, logged.id
        FROM outbox AS logged
        WHERE logged.conversation_id = candidate.conversation_id
          AND (logged.xid, coalesce(logged.change_seq, 0), logged.id) > (viewer.since, $5::bigint, $6::uuid)
          AND logged.xid < viewer.horizon
          AND (logged.type <> 'member.removed' OR logged.user_id IS DISTINCT FROM viewer.user_id)
        ORDER BY logged.xid, coalesce(logged.change_seq, 0), logged.id
        LIMIT 1
    ) AS head
    ORDER BY head.xid, coalesce(head.change_seq, 0), head.id
    LIMIT $7
),
change AS (
    SELECT shared.*
    FROM viewer
    CROSS JOIN foremost
    CROSS JOIN LATERAL (
        SELECT logged.*
        FROM outbox AS logged
        WHERE logged.conversation_id = foremost.conversation_id
          AND (logged.xid, coalesce(logged.change_seq, 0), logged.id) > (viewer.since, $5, $6)
          AND logged.xid < viewer.horizon
          AND (logged.type <> 'member.removed' OR logged.user_id IS DISTINCT FROM viewer.user_id)
        ORDER BY logged.xid, coalesce(logged.change_seq, 0), logged.id
        LIMIT $7
    ) AS shared
    UNION ALL
    -- What is the caller's alone, and that they are a member no longer.
    SELECT own.*
    FROM viewer
    CROSS JOIN LATERAL (
        SELECT logged.*
        FROM outbox AS logged
        WHERE logged.user_id = viewer.user_id
          AND (logged.conversation_id IS NULL OR logged.type = 'member.removed')
          AND (logged.xid, coalesce(logged.change_seq, 0), logged.id) > (viewer.since, $5, $6)
          AND logged.xid < viewer.horizon
        ORDER BY logged.xid, coalesce(logged.change_seq, 0), logged.id
        LIMIT $7
    ) AS own
    UNION ALL
    -- The end of a group that they were in until then: the last that is ever logged of it. Older than this is not kept.
    SELECT ending.*
    FROM viewer
    JOIN members AS member ON member.user_id = viewer.user_id AND member.left_at > now() - interval '31 days'
    JOIN conversations AS ended ON ended.id = member.conversation_id AND ended.deleted_at = member.left_at
    CROSS JOIN LATERAL (
        SELECT logged.*
        FROM outbox AS logged
        WHERE logged.conversation_id = ended.id AND logged.xid < viewer.horizon
        ORDER BY logged.xid DESC, coalesce(logged.change_seq, 0) DESC, logged.id DESC
        LIMIT 1
    ) AS ending
    WHERE ending.type = 'conversation.deleted'
      AND (ending.xid, coalesce(ending.change_seq, 0), ending.id) > (viewer.since, $5, $6)
),
page AS (
    SELECT change.*, coalesce(change.conversation_id, change.about_conversation_id) AS place_id
    FROM change
    ORDER BY change.xid, coalesce(change.change_seq, 0), change.id
    LIMIT $7
),
-- As they are now, where the caller may see them.
message AS (
    SELECT page.id AS change_id, message.*, epoch_key.keyring_id AS key_keyring_id, epoch_key.sealed AS key_sealed,
           parts.parts
    FROM viewer
    CROSS JOIN page
    JOIN message_readers AS reader ON reader.conversation_id = page.conversation_id AND reader.user_id = viewer.user_id
    JOIN messages AS message
      ON message.id = page.message_id AND message.conversation_id = reader.conversation_id
     AND message.seq > reader.after_seq
    LEFT JOIN conversation_keys AS epoch_key
           ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
    CROSS JOIN LATERAL message_parts(
        message.conversation_id, message.seq, message.type, message.reply_to_seq, message.reactions, reader.user_id
    ) AS parts
    WHERE NOT EXISTS (
        SELECT FROM hidden_messages AS hidden
        WHERE hidden.conversation_id = message.conversation_id AND hidden.seq = message.seq
          AND hidden.user_id = reader.user_id
    )
),
-- Who does not send read receipts shows theirs to nobody else.
receipt AS (
    SELECT page.id AS change_id, member.delivered_seq,
           CASE WHEN users.send_read_receipts OR users.id = viewer.user_id THEN member.read_seq END AS read_seq
    FROM viewer
    CROSS JOIN page
    JOIN members AS member ON member.conversation_id = page.place_id AND member.user_id = page.user_id
    JOIN users ON users.id = member.user_id
    WHERE page.type = 'receipt.updated' AND member.left_at IS NULL
),
-- What the caller has of those conversations for themselves, each worked out once, while they are in it.
own AS MATERIALIZED (
    SELECT own.*
    FROM viewer
    CROSS JOIN (
        SELECT DISTINCT page.place_id
        FROM viewer
        JOIN page ON page.user_id = viewer.user_id
        WHERE page.type IN ('receipt.updated', 'conversation.flags_updated', 'conversation.message_hidden')
    ) AS concerned
    JOIN own_memberships AS own ON own.conversation_id = concerned.place_id AND own.user_id = viewer.user_id
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       log.id AS "log_id?",
       log.valid AS "log_valid?",
       greatest(newest.xid, log.removed_xid)::text::bigint + 1 AS "end_xid?",
       page.xid::text::bigint AS "at_xid?",
       page.change_seq AS "at_change_seq?",
       page.id AS "at_id?",
       page.type AS "type?",
       page.created_at AS "at?",
       page.place_id AS "of_conversation_id?",
       page.message_id AS "message_id?",
       page.user_id AS "user_id?",
       page.media_id AS "media_id?",
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
       message.key_keyring_id AS "key_keyring_id?",
       message.key_sealed AS "key_sealed?",
       message.parts AS "parts?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN log ON true
LEFT JOIN newest ON true
LEFT JOIN page ON true
LEFT JOIN receipt ON receipt.change_id = page.id
LEFT JOIN own ON own.conversation_id = page.place_id AND own.user_id = page.user_id
LEFT JOIN users AS account ON account.id = page.user_id AND page.type = 'user.updated'
LEFT JOIN message ON message.change_id = page.id
ORDER BY page.xid, coalesce(page.change_seq, 0), page.id
