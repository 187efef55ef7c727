-- What the workers of each queue have done within the last hour. At least one row, which says whether the caller may see it.
-- $3: the roles that may.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT FROM live WHERE live.role = ANY ($3::text[])
),
lately AS (
    SELECT stats.*
    FROM allowed
    JOIN worker_stats AS stats ON stats.slot > now() - interval '1 hour'
),
counted AS (
    SELECT lately.queue, sum(lately.processed)::bigint AS processed, sum(lately.retried)::bigint AS retried,
           sum(lately.dead_lettered)::bigint AS dead_lettered, max(lately.oldest_age_ms) AS oldest_age_ms
    FROM lately
    GROUP BY lately.queue
),
-- Bucket by bucket.
durations AS (
    SELECT added.queue, array_agg(added.tasks ORDER BY added.bucket) AS durations
    FROM (
        SELECT lately.queue, one.bucket, sum(one.tasks)::bigint AS tasks
        FROM lately
        CROSS JOIN LATERAL unnest(lately.durations) WITH ORDINALITY AS one (tasks, bucket)
        GROUP BY lately.queue, one.bucket
    ) AS added
    GROUP BY added.queue
)
SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM allowed) AS "allowed!",
       counted.queue AS "queue?", counted.processed AS "processed?", counted.retried AS "retried?",
       counted.dead_lettered AS "dead_lettered?", counted.oldest_age_ms AS "oldest_age_ms?",
       durations.durations AS "durations?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN counted ON true
LEFT JOIN durations ON durations.queue = counted.queue
