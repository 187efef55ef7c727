-- The sums of days before yesterday, which no environment adds to any more, under the nil UUID; and without those of more than
-- 400 days ago. Safe to repeat: what was summed up is gone.
WITH old AS (
    DELETE FROM keys.key_usage_daily
    WHERE environment <> '00000000-0000-0000-0000-000000000000' AND day < (now() AT TIME ZONE 'UTC')::date - 2
    RETURNING *
),
summed AS (
    INSERT INTO keys.key_usage_daily AS held
        (day, keyring_id, environment, seals, opens, unwraps, kms_calls, failures, first_used_at, last_used_at)
    SELECT old.day, old.keyring_id, '00000000-0000-0000-0000-000000000000', sum(old.seals), sum(old.opens), sum(old.unwraps),
           sum(old.kms_calls), sum(old.failures), min(old.first_used_at), max(old.last_used_at)
    FROM old
    WHERE old.day >= (now() AT TIME ZONE 'UTC')::date - 400
    GROUP BY old.day, old.keyring_id
    ON CONFLICT (keyring_id, day, environment) DO UPDATE
    SET seals = held.seals + excluded.seals, opens = held.opens + excluded.opens, unwraps = held.unwraps + excluded.unwraps,
        kms_calls = held.kms_calls + excluded.kms_calls, failures = held.failures + excluded.failures,
        first_used_at = least(held.first_used_at, excluded.first_used_at),
        last_used_at = greatest(held.last_used_at, excluded.last_used_at)
    RETURNING 1
),
forgotten AS (
    DELETE FROM keys.key_usage_daily AS held
    WHERE held.environment = '00000000-0000-0000-0000-000000000000' AND held.day < (now() AT TIME ZONE 'UTC')::date - 400
    RETURNING 1
)
SELECT (SELECT count(*) FROM summed) AS "summed!", (SELECT count(*) FROM forgotten) AS "forgotten!"
