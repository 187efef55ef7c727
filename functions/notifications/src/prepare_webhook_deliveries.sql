-- The deliveries of an event: one for each webhook that has subscribed to its type. Safe to repeat. A row for each that is not
-- over. $2: ids for new ones, as many as there can be webhooks.
WITH event AS (
    SELECT outbox.* FROM outbox WHERE outbox.id = $1
),
subscribed AS (
    SELECT webhook.id, row_number() OVER (ORDER BY webhook.id) AS number
    FROM event
    JOIN webhooks AS webhook ON webhook.enabled AND event.type = ANY (webhook.events)
),
made AS (
    INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, occurred_at, data)
    SELECT ($2::uuid[])[subscribed.number], subscribed.id, event.id, event.type, event.created_at,
           jsonb_strip_nulls(jsonb_build_object(
               'conversation_id', event.conversation_id, 'change_seq', event.change_seq, 'message_id', event.message_id,
               'user_id', event.user_id
           ))
    FROM event, subscribed
    ON CONFLICT (webhook_id, event_id) DO NOTHING
    RETURNING id
)
SELECT made.id AS "id!" FROM made
UNION ALL
SELECT delivery.id
FROM subscribed
JOIN webhook_deliveries AS delivery ON delivery.webhook_id = subscribed.id AND delivery.event_id = $1
WHERE delivery.state = 'pending'
