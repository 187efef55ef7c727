-- Removes what has had its time, so many rows of each kind at the most. Safe to repeat. One row: how many of each went.
WITH answers AS (
    DELETE FROM idempotency
    WHERE key IN (
        SELECT key FROM idempotency WHERE created_at < now() - interval '24 hours' ORDER BY created_at LIMIT $1
    )
    RETURNING 1
),
-- Asked again under the row's lock: a limit may be taken from at this moment.
limits AS (
    DELETE FROM rate_limits
    WHERE key IN (SELECT key FROM rate_limits WHERE due < now() - interval '1 hour' ORDER BY due LIMIT $1)
      AND due < now() - interval '1 hour'
    RETURNING 1
),
tokens AS (
    DELETE FROM refresh_tokens
    WHERE hash IN (
        SELECT hash FROM refresh_tokens WHERE expires_at < now() - interval '1 day' ORDER BY expires_at LIMIT $1
    )
    RETURNING 1
),
ended AS (
    DELETE FROM sessions
    WHERE id IN (SELECT id FROM sessions WHERE expires_at < now() - interval '30 days' ORDER BY expires_at LIMIT $1)
    RETURNING 1
),
-- Of conversations that ended lately and had more than their end removed at once.
words AS (
    SELECT remove_search_tokens(ended.id, $1) AS removed
    FROM (
        SELECT conversation.id
        FROM conversations AS conversation
        WHERE conversation.deleted_at > now() - interval '30 days'
          -- No EXISTS: that may be planned as a hash of all tokens there are.
          AND (SELECT true FROM search_tokens AS held WHERE held.conversation_id = conversation.id LIMIT 1)
        ORDER BY conversation.deleted_at
        LIMIT 1
    ) AS ended
),
-- Longer than a message lives: 4 days in its queue, 14 among the dead letters, 4 more once it was put back.
processed_events AS (
    DELETE FROM processed
    WHERE (consumer, event_id) IN (
        SELECT consumer, event_id FROM processed WHERE at < now() - interval '30 days' ORDER BY at LIMIT $1
    )
    RETURNING 1
),
stats AS (
    DELETE FROM worker_stats
    WHERE id IN (SELECT id FROM worker_stats WHERE slot < now() - interval '1 day' ORDER BY slot LIMIT $1)
    RETURNING 1
)
SELECT (SELECT count(*) FROM answers) AS "answers!",
       (SELECT count(*) FROM limits) AS "limits!",
       (SELECT count(*) FROM tokens) AS "tokens!",
       (SELECT count(*) FROM ended) AS "sessions!",
       (SELECT coalesce(sum(words.removed), 0)::bigint FROM words) AS "words!",
       (SELECT count(*) FROM processed_events) AS "processed!",
       (SELECT count(*) FROM stats) AS "stats!"
