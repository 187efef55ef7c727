-- Another role for a user, or a suspension. Safe to repeat with the same arguments. Always one row; without an id when somebody else
-- changed the user at this moment.
-- $4: the roles that see users; $5: those that change roles; $6: who may suspend whom, as 'by of'; $7: the new role;
-- $8: suspended or not; null for what stays.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
administers AS (
    SELECT live.user_id, live.role FROM live WHERE live.role = ANY ($4::text[])
),
target AS (
    SELECT users.*
    FROM administers
    JOIN users ON users.id = $3 AND users.deleted_at IS NULL
),
allowed AS (
    SELECT target.id, target.role, target.suspended_at,
           target.role = 'admin' AND target.suspended_at IS NULL
           AND (coalesce($7, 'admin') <> 'admin' OR coalesce($8, false)) AS takes_an_admin
    FROM target, administers
    WHERE ($7::text IS NULL OR administers.role = ANY ($5::text[]))
      AND ($8::boolean IS NULL OR administers.role || ' ' || target.role = ANY ($6::text[]))
),
-- Locked, so that of two admins who take each other's role at once one stays.
admins AS (
    SELECT users.id
    FROM users
    WHERE users.role = 'admin' AND users.suspended_at IS NULL AND users.deleted_at IS NULL
      AND EXISTS (SELECT FROM allowed WHERE allowed.takes_an_admin)
    ORDER BY users.id
    FOR UPDATE
),
last AS (
    SELECT FROM allowed WHERE allowed.takes_an_admin AND (SELECT count(*) FROM admins) < 2
),
changed AS (
    UPDATE users
    SET role = coalesce($7, users.role),
        suspended_at = CASE
            WHEN $8 IS NULL THEN users.suspended_at
            WHEN $8 THEN coalesce(users.suspended_at, clock_timestamp())
        END
    FROM allowed
    WHERE users.id = allowed.id AND NOT EXISTS (SELECT FROM last)
      -- Asked again under the row's lock: whoever changed the user beside us may have made them somebody else to the policy.
      AND users.role = allowed.role AND users.suspended_at IS NOT DISTINCT FROM allowed.suspended_at
      AND users.deleted_at IS NULL
    RETURNING users.id, users.username, users.display_name, users.role, users.suspended_at, users.created_at,
              users.last_seen_at, allowed.role AS old_role, allowed.suspended_at AS old_suspended_at
),
ended AS (
    UPDATE sessions AS session
    SET revoked_at = now()
    FROM changed
    WHERE session.user_id = changed.id AND changed.suspended_at IS NOT NULL AND session.revoked_at IS NULL
    RETURNING session.user_id
),
told AS (
    INSERT INTO outbox (id, type, user_id) SELECT $13, 'session.revoked', ended.user_id FROM ended LIMIT 1
    ON CONFLICT (id) DO NOTHING
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
    SELECT $9::uuid, 'privilege_permissions_changed', $2::uuid, $1::uuid, 'user', changed.id, $11, $12,
           jsonb_build_object('from', changed.old_role, 'to', changed.role)
    FROM changed
    WHERE changed.role <> changed.old_role
    UNION ALL
    SELECT $10::uuid, CASE WHEN changed.suspended_at IS NULL THEN 'user_reinstated' ELSE 'user_suspended' END,
           $2::uuid, $1::uuid, 'user', changed.id, $11, $12, '{}'::jsonb
    FROM changed
    WHERE (changed.suspended_at IS NULL) <> (changed.old_suspended_at IS NULL)
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       EXISTS (SELECT FROM administers) AS "administers!",
       EXISTS (SELECT FROM target) AS "known!",
       EXISTS (SELECT FROM allowed) AS "allowed!",
       EXISTS (SELECT FROM last) AS "last_admin!",
       changed.id AS "id?", changed.username AS "username?", changed.display_name AS "display_name?",
       changed.role AS "role?", changed.suspended_at IS NOT NULL AS "suspended?", changed.created_at AS "created_at?",
       changed.last_seen_at AS "last_seen_at?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN changed ON true
