-- The next key that a rotation is to have wrapped again; none, and the rotation is finished. Safe to repeat.
WITH rotation AS (
    SELECT id, coalesce(after_id, '00000000-0000-0000-0000-000000000000') AS after_id
    FROM keys.rotations WHERE id = $1 AND finished_at IS NULL
),
next AS (
    SELECT key.id, key.wrapped, key.kms_key
    FROM rotation
    JOIN keys.keyring AS key ON key.purpose = $2 AND key.state <> 'retired' AND key.id > rotation.after_id
    ORDER BY key.id
    LIMIT 1
),
touched AS (
    UPDATE keys.rotations AS begun
    SET started_at = coalesce(begun.started_at, clock_timestamp()),
        finished_at = CASE WHEN NOT EXISTS (SELECT FROM next) THEN clock_timestamp() END
    FROM rotation
    WHERE begun.id = rotation.id
)
SELECT id, wrapped, kms_key FROM next
