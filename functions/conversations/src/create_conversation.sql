-- A conversation with its key, its members and its event. Safe to repeat with the same arguments. Always one row.
-- $5: the members beside the caller, each once. $6, $7: the two members of a direct conversation in order, else null.
WITH session AS (
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
),
known AS (
    SELECT users.id FROM users WHERE users.id = ANY ($5::uuid[]) AND users.deleted_at IS NULL
),
-- Those of them with whom there is a block, in either direction.
blocked AS (
    SELECT known.id
    FROM known
    JOIN blocks ON (blocks.user_id = $2 AND blocks.blocked_id = known.id)
                OR (blocks.user_id = known.id AND blocks.blocked_id = $2)
),
-- $13: the idempotency key, or null; $14, $15: the answer as it is kept.
replayed AS (
    SELECT kept.keyring_id, kept.sealed FROM idempotency AS kept WHERE kept.key = $13
),
existing AS (
    SELECT conversation.id FROM conversations AS conversation
    WHERE conversation.direct_low = $6 AND conversation.direct_high = $7
    UNION ALL
    SELECT conversation.id FROM conversations AS conversation
    WHERE conversation.id = $3 AND conversation.type = 'group'
),
created AS (
    INSERT INTO conversations
        (id, type, created_by, direct_low, direct_high, title_sealed, title_epoch, member_count, epoch, created_at, updated_at)
    SELECT $3, $4, session.user_id, $6, $7, $8, CASE WHEN $8::bytea IS NULL THEN NULL ELSE $9::integer END,
           cardinality($5::uuid[]) + 1, $9, $16, $16
    FROM session
    WHERE (SELECT count(*) FROM known) = cardinality($5::uuid[])
      AND NOT EXISTS (SELECT FROM existing)
      AND NOT EXISTS (SELECT FROM blocked)
      AND NOT EXISTS (SELECT FROM replayed)
    -- The other of a pair may be opening the same conversation at this moment.
    ON CONFLICT DO NOTHING
    RETURNING id, change_seq
),
epoch_key AS (
    INSERT INTO conversation_keys (conversation_id, epoch, keyring_id, sealed)
    SELECT created.id, $9, $10, $11 FROM created
),
joined AS (
    INSERT INTO members (conversation_id, user_id, role)
    SELECT created.id, session.user_id, CASE WHEN $4 = 'group' THEN 'owner' ELSE 'member' END
    FROM created, session
    UNION ALL
    SELECT created.id, known.id, 'member'
    FROM created, known
),
kept AS (
    INSERT INTO idempotency (key, user_id, keyring_id, sealed)
    SELECT $13, $2, $14, $15 FROM created WHERE $13::bytea IS NOT NULL
),
event AS (
    INSERT INTO outbox (id, type, conversation_id, change_seq)
    SELECT $12, 'conversation.created', created.id, created.change_seq
    FROM created
)
SELECT EXISTS (SELECT FROM session) AS "session_live!",
       ARRAY (SELECT id FROM known) AS "known_ids!",
       ARRAY (SELECT id FROM blocked) AS "blocked_ids!",
       EXISTS (SELECT FROM created) AS "created!",
       existing.id AS "existing_id?",
       replayed.keyring_id AS "replayed_keyring_id?",
       replayed.sealed AS "replayed_sealed?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN existing ON true
LEFT JOIN replayed ON true
