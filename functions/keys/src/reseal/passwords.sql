-- Things sealed again under $2, where they still hold what was sealed under $1. One row: how many.
WITH changed AS (
    UPDATE credentials AS held
    SET keyring_id = $2, password_sealed = resealed.new
    FROM unnest($3::uuid[], $4::integer[], $5::bytea[], $6::bytea[]) AS resealed (user_id, version, old, new)
    WHERE held.user_id = resealed.user_id AND held.version = resealed.version AND held.keyring_id = $1 AND held.password_sealed = resealed.old
    RETURNING 1
),
counted AS (
    UPDATE keys.rotations AS rotation SET done = rotation.done + (SELECT count(*) FROM changed)
    WHERE rotation.kind = 'keyring' AND rotation.purpose = 'credentials' AND rotation.finished_at IS NULL
)
SELECT count(*) AS "changed!" FROM changed
