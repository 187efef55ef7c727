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
-- What was told outside is shown for a week, and a device is told of nothing that is older than a day.
pushes AS (
    DELETE FROM push_deliveries
    WHERE (event_id, user_id, device_id) IN (
        SELECT event_id, user_id, device_id FROM push_deliveries
        WHERE created_at < now() - interval '3 days' ORDER BY created_at LIMIT $1
    )
    RETURNING 1
),
deliveries AS (
    DELETE FROM webhook_deliveries
    WHERE id IN (SELECT id FROM webhook_deliveries WHERE created_at < now() - interval '7 days' ORDER BY created_at LIMIT $1)
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
stats AS (
    DELETE FROM worker_stats
    WHERE (slot, queue, environment) IN (
        SELECT slot, queue, environment FROM worker_stats WHERE slot < now() - interval '1 day' ORDER BY slot LIMIT $1
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM answers) AS "answers!",
       (SELECT count(*) FROM limits) AS "limits!",
       (SELECT count(*) FROM tokens) AS "tokens!",
       (SELECT count(*) FROM ended) AS "sessions!",
       (SELECT count(*) FROM pushes) AS "pushes!",
       (SELECT count(*) FROM deliveries) AS "deliveries!",
       (SELECT coalesce(sum(words.removed), 0)::bigint FROM words) AS "words!",
       (SELECT count(*) FROM stats) AS "stats!"
