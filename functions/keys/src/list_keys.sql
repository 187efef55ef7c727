-- The keyring keys with what points at them and how they are used, the newest first. At least one row, which says whether the
-- caller may see it. $3: the roles that may; $4: the event that says who looked; $7: what points at a key is counted so far.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT FROM live WHERE live.role = ANY ($3::text[])
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, address, request_id, detail)
    SELECT $4, 'sensitive_read', $2, $1, $5, $6, jsonb_build_object('what', 'keys')
    FROM allowed
    ON CONFLICT (id) DO NOTHING
),
latest AS (
    SELECT rotation.* FROM keys.rotations AS rotation ORDER BY rotation.requested_at DESC, rotation.id DESC LIMIT 20
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       EXISTS (SELECT FROM allowed) AS "allowed!",
       CASE WHEN isfinite(policy.epochs_due_at) THEN (extract(epoch FROM policy.epochs_due_at) * 1000)::bigint END AS "epochs_due_at_ms?",
       coalesce((
           SELECT json_agg(json_build_object(
               'id', latest.id, 'kind', latest.kind, 'purpose', latest.purpose, 'requested_by', latest.requested_by,
               'requested_at_ms', (extract(epoch FROM latest.requested_at) * 1000)::bigint,
               'keyring_id', latest.keyring_id,
               'started_at_ms', (extract(epoch FROM latest.started_at) * 1000)::bigint,
               'done', latest.done, 'failed', latest.failed,
               'finished_at_ms', (extract(epoch FROM latest.finished_at) * 1000)::bigint
           ) ORDER BY latest.requested_at DESC, latest.id DESC)
           FROM latest
       ), '[]')::text AS "rotations!",
       key.id AS "id?",
       key.purpose AS "purpose?",
       key.state AS "state?",
       key.kms_key AS "kms_key?",
       key.created_at AS "created_at?",
       key.replaced_at AS "replaced_at?",
       key.retired_at AS "retired_at?",
       (SELECT count(*) FROM (SELECT FROM conversation_keys AS held WHERE held.keyring_id BETWEEN key.id AND key.id ORDER BY held.keyring_id LIMIT $7) AS one) AS "epoch_keys!",
       (SELECT count(*) FROM (SELECT FROM users AS held WHERE held.email_keyring_id = key.id ORDER BY held.id LIMIT $7) AS one) AS "emails!",
       (SELECT count(*) FROM (SELECT FROM credentials AS held WHERE held.keyring_id = key.id ORDER BY held.user_id LIMIT $7) AS one) AS "passwords!",
       (SELECT count(*) FROM (SELECT FROM idempotency AS held WHERE held.keyring_id = key.id ORDER BY held.key LIMIT $7) AS one) AS "kept_answers!",
       (SELECT count(*) FROM (SELECT FROM media AS held WHERE held.details_keyring_id = key.id ORDER BY held.id LIMIT $7) AS one) AS "media!",
       (SELECT count(*) FROM (SELECT FROM reports AS held WHERE held.comment_keyring_id = key.id ORDER BY held.id LIMIT $7) AS one) AS "reports!",
       (SELECT count(*) FROM (SELECT FROM devices AS held WHERE held.keyring_id = key.id ORDER BY held.user_id, held.id LIMIT $7) AS one) AS "devices!",
       (SELECT count(*) FROM webhooks AS held WHERE held.secret_keyring_id = key.id OR held.old_keyring_id = key.id) AS "webhooks!",
       -- Of the last 30 days.
       coalesce((
           SELECT json_agg(json_build_object(
               'day', used.day, 'seals', used.seals, 'opens', used.opens, 'unwraps', used.unwraps,
               'kms_calls', used.kms_calls, 'failures', used.failures,
               'first_used_at_ms', (extract(epoch FROM used.first_used_at) * 1000)::bigint,
               'last_used_at_ms', (extract(epoch FROM used.last_used_at) * 1000)::bigint
           ) ORDER BY used.day DESC)
           FROM (
               SELECT counted.day, sum(counted.seals)::bigint AS seals, sum(counted.opens)::bigint AS opens,
                      sum(counted.unwraps)::bigint AS unwraps, sum(counted.kms_calls)::bigint AS kms_calls,
                      sum(counted.failures)::bigint AS failures, min(counted.first_used_at) AS first_used_at,
                      max(counted.last_used_at) AS last_used_at
               FROM keys.key_usage_daily AS counted
               WHERE counted.keyring_id = key.id AND counted.day > (now() AT TIME ZONE 'UTC')::date - 30
               GROUP BY counted.day
           ) AS used
       ), '[]')::text AS "usage!"
FROM keys.policy
LEFT JOIN LATERAL (
    SELECT held.* FROM keys.keyring AS held WHERE EXISTS (SELECT FROM allowed)
    ORDER BY held.created_at DESC, held.id DESC LIMIT 100
) AS key ON true
ORDER BY key.created_at DESC, key.id DESC
