-- A page of users for those who administer. At least one row, which says whether the caller may see it.
-- $3: the roles that may; $4: by what, `name`, `role` or `suspended`; $5: which; $6: the last name of the page before.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT FROM live WHERE live.role = ANY ($3::text[])
)
SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM allowed) AS "allowed!",
       found.id AS "id?", found.username AS "username?", found.display_name AS "display_name?", found.role AS "role?",
       found.suspended_at IS NOT NULL AS "suspended?", found.created_at AS "created_at?",
       found.last_seen_at AS "last_seen_at?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN LATERAL (
    SELECT candidate.*
    FROM (
        -- Each part has its own index; those that are not asked for are not run.
        (SELECT users.* FROM users
         WHERE $4 = 'name' AND users.username >= $5 AND users.username < $5 || '~' AND users.username > $6
           AND users.deleted_at IS NULL
         ORDER BY users.username LIMIT $7)
        UNION ALL
        (SELECT users.* FROM users
         WHERE $4 = 'role' AND users.role = $5 AND users.role <> 'user' AND users.username > $6
         ORDER BY users.username LIMIT $7)
        UNION ALL
        (SELECT users.* FROM users
         WHERE $4 = 'suspended' AND users.suspended_at IS NOT NULL AND users.username > $6 AND users.deleted_at IS NULL
         ORDER BY users.username LIMIT $7)
    ) AS candidate
    WHERE EXISTS (SELECT FROM allowed)
) AS found ON true
ORDER BY found.username
