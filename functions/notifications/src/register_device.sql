-- A device of the caller's session, new or again. Safe to repeat with the same arguments. Always one row; without a device
-- in it the user has as many as there can be.
-- $4: the platform; $5: the app; $6: the locale; $7: the token's hash; $8, $9: where it is told, sealed, and under which K1.
WITH live AS (
    -- Locked: whoever ends the session at this moment either keeps us out or finds this device to remove.
    SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2 FOR SHARE
),
-- Whoever had this token has it no longer, and what is left of sessions that have ended makes room.
gone AS (
    DELETE FROM devices AS device
    USING live
    WHERE (device.user_id, device.id) IN (
        SELECT other.user_id, other.id
        FROM devices AS other
        WHERE other.token_hash = $7 AND (other.user_id, other.id) <> (live.user_id, $3)
        UNION ALL
        SELECT own.user_id, own.id
        FROM devices AS own
        JOIN sessions AS session ON session.id = own.session_id
        WHERE own.user_id = live.user_id AND own.id <> $3 AND (session.revoked_at IS NOT NULL OR session.expires_at <= now())
    )
    RETURNING device.user_id, device.place
),
own AS (
    SELECT device.place
    FROM live
    JOIN devices AS device ON device.user_id = live.user_id AND device.id = $3
),
free AS (
    SELECT place.number
    FROM live
    CROSS JOIN generate_series(1, 25) AS place (number)
    WHERE NOT EXISTS (
        SELECT FROM devices AS device
        WHERE device.user_id = live.user_id AND device.place = place.number
          AND NOT EXISTS (SELECT FROM gone WHERE gone.user_id = device.user_id AND gone.place = device.place)
    )
    ORDER BY place.number
    LIMIT 1
),
registered AS (
    INSERT INTO devices AS device (user_id, id, session_id, platform, app_id, locale, token_hash, keyring_id, sealed, place)
    SELECT live.user_id, $3, $1, $4, $5, $6, $7, $8, $9, taken.place
    FROM live
    -- After what is gone is gone: its token and place are to be had.
    CROSS JOIN (SELECT count(*) FROM gone) AS cleared
    CROSS JOIN LATERAL (SELECT coalesce((SELECT own.place FROM own), (SELECT free.number FROM free)::smallint) AS place) AS taken
    WHERE taken.place IS NOT NULL
    ON CONFLICT (user_id, id) DO UPDATE
    SET session_id = excluded.session_id, platform = excluded.platform, app_id = excluded.app_id, locale = excluded.locale,
        token_hash = excluded.token_hash, keyring_id = excluded.keyring_id, sealed = excluded.sealed, updated_at = now()
    RETURNING device.*
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       registered.id AS "id?",
       registered.platform AS "platform?",
       registered.app_id AS "app_id?",
       registered.locale AS "locale?",
       registered.session_id = $1 AS "current?",
       registered.created_at AS "created_at?",
       registered.updated_at AS "updated_at?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN registered ON true
