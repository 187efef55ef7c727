-- What happened in one hour, counted anew and whole. Safe to repeat. Always one row: the hour.
-- $1: its beginning; $2, $3: the first id of the hour and of the next. Rows are found by the ids that were made in the hour,
-- but for events, whose ids are of any kind.
WITH said AS MATERIALIZED (
    SELECT message.type, message.sender_id FROM messages AS message WHERE message.id >= $2 AND message.id < $3
),
said_by_type AS (
    SELECT said.type, count(*) AS messages FROM said GROUP BY said.type
),
uploaded AS MATERIALIZED (
    SELECT media.kind, media.size, media.status FROM media WHERE media.id >= $2 AND media.id < $3
),
uploaded_by_kind AS (
    SELECT uploaded.kind, count(*) AS files FROM uploaded GROUP BY uploaded.kind
),
opened AS (
    SELECT conversation.type, count(*) AS conversations
    FROM conversations AS conversation
    WHERE conversation.id >= $2 AND conversation.id < $3
    GROUP BY conversation.type
),
told AS MATERIALIZED (
    SELECT outbox.type, extract(epoch FROM outbox.published_at - outbox.created_at) * 1000 AS milliseconds
    FROM outbox
    WHERE outbox.created_at >= $1 AND outbox.created_at < $1::timestamptz + interval '1 hour'
),
told_by_type AS (
    SELECT told.type, count(*) AS events FROM told GROUP BY told.type
),
pushed AS (
    SELECT push.state, count(*) AS pushes
    FROM push_deliveries AS push
    WHERE push.created_at >= $1 AND push.created_at < $1 + interval '1 hour'
    GROUP BY push.state
),
delivered AS MATERIALIZED (
    SELECT delivery.state, delivery.duration_ms
    FROM webhook_deliveries AS delivery
    WHERE delivery.finished_at >= $1 AND delivery.finished_at < $1 + interval '1 hour'
),
delivered_by_state AS (
    SELECT delivered.state, count(*) AS deliveries FROM delivered GROUP BY delivered.state
),
calling AS (
    SELECT count(delivered.duration_ms) AS calls,
           percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY delivered.duration_ms::float8) AS milliseconds
    FROM delivered
    WHERE delivered.duration_ms IS NOT NULL
),
publishing AS (
    SELECT count(told.milliseconds) AS events,
           percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY told.milliseconds::float8) AS milliseconds
    FROM told
    WHERE told.milliseconds IS NOT NULL
),
computed AS (
    SELECT jsonb_build_object(
        'messages', jsonb_build_object(
            'total', (SELECT count(*) FROM said),
            'by_type', (SELECT coalesce(jsonb_object_agg(said_by_type.type, said_by_type.messages), '{}') FROM said_by_type)
        ),
        'active_users', (SELECT count(DISTINCT said.sender_id) FROM said WHERE said.type <> 'system'),
        'new_users', (SELECT count(*) FROM users WHERE users.id >= $2 AND users.id < $3),
        'new_conversations', (SELECT coalesce(jsonb_object_agg(opened.type, opened.conversations), '{}') FROM opened),
        'media', jsonb_build_object(
            'total', (SELECT count(*) FROM uploaded),
            'bytes', (SELECT coalesce(sum(uploaded.size), 0) FROM uploaded),
            'failed', (SELECT count(*) FROM uploaded WHERE uploaded.status = 'failed'),
            'by_kind', (SELECT coalesce(jsonb_object_agg(uploaded_by_kind.kind, uploaded_by_kind.files), '{}') FROM uploaded_by_kind)
        ),
        'events', jsonb_build_object(
            'total', (SELECT count(*) FROM told),
            'by_type', (SELECT coalesce(jsonb_object_agg(told_by_type.type, told_by_type.events), '{}') FROM told_by_type)
        ),
        'deliveries', jsonb_build_object(
            'push', (SELECT coalesce(jsonb_object_agg(pushed.state, pushed.pushes), '{}') FROM pushed),
            'webhooks', (SELECT coalesce(jsonb_object_agg(delivered_by_state.state, delivered_by_state.deliveries), '{}')
                         FROM delivered_by_state)
        ),
        'webhook_ms', jsonb_build_object(
            'count', calling.calls,
            'p50', round(calling.milliseconds[1]::numeric, 1),
            'p95', round(calling.milliseconds[2]::numeric, 1),
            'p99', round(calling.milliseconds[3]::numeric, 1)
        ),
        -- From the commit of an event to its being sent on.
        'publish_ms', jsonb_build_object(
            'count', publishing.events,
            'p50', round(publishing.milliseconds[1]::numeric, 1),
            'p95', round(publishing.milliseconds[2]::numeric, 1),
            'p99', round(publishing.milliseconds[3]::numeric, 1)
        )
    ) AS counts
    FROM publishing, calling
),
written AS (
    INSERT INTO analytics_hourly AS held (hour, counts)
    SELECT $1::timestamptz, computed.counts FROM computed
    ON CONFLICT (hour) DO UPDATE SET counts = excluded.counts, computed_at = excluded.computed_at
    WHERE held.counts <> excluded.counts
),
moved_on AS (
    UPDATE analytics_progress AS progress
    SET final_before = greatest(progress.final_before, $1::timestamptz + interval '1 hour')
    WHERE $1::timestamptz + interval '2 hours' <= now()
)
SELECT $1::timestamptz AS "hour!" FROM computed
