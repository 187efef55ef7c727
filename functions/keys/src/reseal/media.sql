-- Things sealed again under $2, where they still hold what was sealed under $1. One row: how many.
WITH changed AS (
    UPDATE media AS held
    SET details_keyring_id = $2, details_sealed = resealed.new
    FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS resealed (id, old, new)
    WHERE held.id = resealed.id AND held.details_keyring_id = $1 AND held.details_sealed = resealed.old
    RETURNING 1
),
counted AS (
    UPDATE keys.rotations AS rotation SET done = rotation.done + (SELECT count(*) FROM changed)
    WHERE rotation.kind = 'keyring' AND rotation.purpose = 'media' AND rotation.finished_at IS NULL
)
SELECT count(*) AS "changed!" FROM changed
