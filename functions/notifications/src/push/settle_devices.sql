-- What became of the devices that an attempt ($2) has told of an event ($1). Safe to repeat with the same arguments. Always one row.
-- $3, $4: users and devices; $5: the hashes of the tokens that were used; $6: what became of each.
WITH told AS (
    SELECT one.user_id, one.device_id, one.token_hash, one.state
    FROM unnest($3::uuid[], $4::uuid[], $5::bytea[], $6::text[]) AS one (user_id, device_id, token_hash, state)
),
settled AS (
    UPDATE push_deliveries AS held
    SET state = told.state
    FROM told
    WHERE held.event_id = $1 AND held.user_id = told.user_id AND held.device_id = told.device_id AND held.attempt_id = $2
),
-- Unless it has another token by now.
gone AS (
    DELETE FROM devices AS device
    USING told
    WHERE told.state = 'gone' AND device.user_id = told.user_id AND device.id = told.device_id
      AND device.token_hash = told.token_hash
    RETURNING device.id
)
SELECT count(*) AS "gone!" FROM gone
