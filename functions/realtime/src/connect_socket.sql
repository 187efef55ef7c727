-- A ticket for a connection. Safe to repeat with the same arguments: the ticket remembers who spent it. No row: no such
-- ticket, or nobody it lets in any more.
-- $1: the ticket's hash; $2: the connection.
WITH ticket AS (
    UPDATE socket_tickets AS ticket
    SET connection_id = $2
    FROM live_sessions AS session
    WHERE ticket.hash = $1 AND ticket.expires_at > now()
      AND (ticket.connection_id IS NULL OR ticket.connection_id = $2)
      AND session.id = ticket.session_id AND session.user_id = ticket.user_id
    RETURNING ticket.user_id, ticket.session_id
),
earlier AS (
    SELECT connection.connection_id FROM connections AS connection WHERE connection.connection_id = $2
),
-- The lowest place that is free. Of two that choose the same one gets it, and the other chooses again.
chosen AS (
    SELECT ticket.user_id, ticket.session_id, place.number
    FROM ticket
    CROSS JOIN generate_series(1, 10) AS place (number)
    WHERE NOT EXISTS (SELECT FROM earlier)
      AND NOT EXISTS (
          SELECT FROM connections AS taken
          WHERE taken.session_id = ticket.session_id AND taken.place = place.number AND taken.expires_at > now()
      )
    ORDER BY place.number
    LIMIT 1
),
connected AS (
    INSERT INTO connections AS held (connection_id, user_id, session_id, place, expires_at)
    SELECT $2, chosen.user_id, chosen.session_id, chosen.number, now() + interval '2 hours' FROM chosen
    ON CONFLICT ON CONSTRAINT connections_place_key DO UPDATE
    SET connection_id = excluded.connection_id, user_id = excluded.user_id, connected_at = now(), last_seen_at = now(),
        expires_at = excluded.expires_at
    WHERE held.expires_at <= now()
    RETURNING held.connection_id
)
SELECT CASE
           WHEN EXISTS (SELECT FROM connected) OR EXISTS (SELECT FROM earlier) THEN 'connected'
           WHEN EXISTS (SELECT FROM chosen) THEN 'again'
           ELSE 'full'
       END AS "outcome!",
       ticket.user_id AS "user_id!",
       coalesce(users.last_seen_at > now() - interval '1 minute', false) AS "seen_lately!"
FROM ticket
JOIN users ON users.id = ticket.user_id
