-- Takes a delivery for an attempt ($2), if it is due and nobody else is at it. Safe to repeat with the same arguments. Always
-- one row: without an id there is no such delivery, without claimed_attempts it was not taken.
WITH found AS (
    SELECT delivery.id, delivery.webhook_id, delivery.event_id, delivery.type, delivery.occurred_at, delivery.data, delivery.state,
           delivery.attempt_id, delivery.leased_until, delivery.due_at, delivery.finished_at, webhook.url, webhook.secret_id,
           webhook.secret_keyring_id, webhook.secret_sealed, webhook.old_secret_id, webhook.old_keyring_id, webhook.old_sealed,
           webhook.old_until,
           -- A test is made before a webhook is enabled.
           webhook.enabled OR delivery.type = 'webhook.test' AS enabled
    FROM webhook_deliveries AS delivery
    JOIN webhooks AS webhook ON webhook.id = delivery.webhook_id
    WHERE delivery.id = $1
    FOR NO KEY UPDATE OF delivery
),
claimed AS (
    UPDATE webhook_deliveries AS delivery
    SET state = 'pending',
        finished_at = NULL,
        attempts = CASE
            WHEN found.attempt_id = $2 THEN delivery.attempts
            -- From the dead letters: a new round.
            WHEN found.state = 'failed' THEN 1
            ELSE delivery.attempts + 1
        END,
        attempt_id = $2,
        leased_until = now() + interval '30 seconds'
    FROM found
    WHERE delivery.id = found.id
      AND found.enabled
      AND (
          (found.state = 'pending' AND found.attempt_id = $2)
          OR (found.state = 'pending' AND found.due_at <= now() AND coalesce(found.leased_until <= now(), true))
          -- Longer ago than the queue needs to give it up: somebody has redriven it.
          OR (found.state = 'failed' AND found.finished_at < now() - interval '1 hour')
      )
    RETURNING delivery.attempts
),
dropped AS (
    UPDATE webhook_deliveries AS delivery
    SET state = 'failed', failure = 'disabled', finished_at = now()
    FROM found
    WHERE delivery.id = found.id AND NOT found.enabled AND found.state = 'pending'
)
SELECT found.webhook_id AS "webhook_id?",
       found.event_id AS "event_id?",
       found.type AS "kind?",
       found.occurred_at AS "occurred_at?",
       found.data::text AS "data?",
       found.state AS "state?",
       found.enabled AS "enabled?",
       found.due_at AS "due_at?",
       found.url AS "url?",
       found.secret_id AS "secret_id?",
       found.secret_keyring_id AS "secret_keyring_id?",
       found.secret_sealed AS "secret_sealed?",
       CASE WHEN found.old_until > now() THEN found.old_secret_id END AS "old_secret_id?",
       found.old_keyring_id AS "old_keyring_id?",
       found.old_sealed AS "old_sealed?",
       claimed.attempts AS "claimed_attempts?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN found ON true
LEFT JOIN claimed ON true
