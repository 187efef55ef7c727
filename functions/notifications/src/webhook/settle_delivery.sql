-- What came of an attempt ($2) of a delivery. Safe to repeat with the same arguments. Always one row.
-- $3: the delivery's state now; $4: the answer's status; $5: why there was none; $6: milliseconds; $7: seconds to the next
-- attempt; $8: the receiver is gone for good; $9: an id for an audit event.
WITH settled AS (
    UPDATE webhook_deliveries AS delivery
    SET state = $3,
        status = $4,
        failure = $5,
        duration_ms = $6,
        leased_until = NULL,
        due_at = CASE WHEN $3 = 'pending' THEN now() + $7::bigint * interval '1 second' ELSE delivery.due_at END,
        finished_at = CASE WHEN $3 <> 'pending' THEN now() END
    WHERE delivery.id = $1 AND delivery.attempt_id = $2
    RETURNING delivery.webhook_id
),
judged AS (
    SELECT webhook.id,
           webhook.enabled AND $3 <> 'delivered'
           AND ($8::boolean OR coalesce(webhook.failing_since < now() - interval '24 hours', false)) AS disable
    FROM settled
    JOIN webhooks AS webhook ON webhook.id = settled.webhook_id
    -- Most of the time nothing is to be written here, so that deliveries do not wait for one another.
    WHERE ($3 = 'delivered') = (webhook.failing_since IS NOT NULL)
       OR ($3 <> 'delivered' AND ($8 OR webhook.failing_since < now() - interval '24 hours'))
),
changed AS (
    UPDATE webhooks AS webhook
    SET failing_since = CASE WHEN $3 <> 'delivered' THEN coalesce(webhook.failing_since, now()) END,
        enabled = webhook.enabled AND NOT judged.disable,
        disabled_reason = CASE
            WHEN NOT judged.disable THEN webhook.disabled_reason
            WHEN $8 THEN 'gone'
            ELSE 'failing'
        END
    FROM judged
    WHERE webhook.id = judged.id AND (webhook.enabled OR NOT judged.disable)
    RETURNING webhook.id, judged.disable, webhook.disabled_reason
),
audited AS (
    INSERT INTO audit_events (id, event, subject_type, subject_id, detail)
    SELECT $9, 'sensitive_update', 'webhook', changed.id,
           jsonb_build_object('fields', jsonb_build_array('enabled'), 'reason', changed.disabled_reason)
    FROM changed
    WHERE changed.disable
    ON CONFLICT (id) DO NOTHING
)
SELECT coalesce(bool_or(changed.disable), false) AS "disabled!" FROM changed
