-- After a whole walk along what is sealed under a key: retires it if that is nothing, once no environment can remember it as the
-- active one (they do for 15 minutes); and finishes the rotation, also where some of it does not open ($4). One row: whether it was
-- retired, as 1 or 0. $3: whether something is sealed under it; $5: the event's id.
WITH settled AS (
    SELECT id FROM keys.keyring WHERE id = $1 AND state = 'opening' AND replaced_at < now() - interval '20 minutes'
),
retired AS (
    UPDATE keys.keyring AS key SET state = 'retired', retired_at = clock_timestamp()
    FROM settled
    WHERE key.id = settled.id AND key.state = 'opening' AND NOT $3::boolean
    RETURNING key.id
),
finished AS (
    UPDATE keys.rotations AS rotation
    SET failed = $4, finished_at = CASE WHEN EXISTS (SELECT FROM settled) THEN clock_timestamp() END
    WHERE rotation.kind = 'keyring' AND rotation.purpose = $2 AND rotation.finished_at IS NULL AND rotation.started_at IS NOT NULL
    RETURNING rotation.id
),
audited AS (
    INSERT INTO audit_events (id, event, subject_type, subject_id, detail)
    SELECT $5, 'crypt_key_retired', 'keyring_key', retired.id, jsonb_build_object('purpose', $2::text)
    FROM retired
    ON CONFLICT (id) DO NOTHING
)
SELECT count(*) AS "retired!" FROM retired
