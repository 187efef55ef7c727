-- Things sealed again under $2, where they still hold what was sealed under $1. One row: how many.
WITH changed AS (
    UPDATE devices AS held
    SET keyring_id = $2, sealed = resealed.new
    FROM unnest($3::uuid[], $4::uuid[], $5::bytea[], $6::bytea[]) AS resealed (id, user_id, old, new)
    WHERE held.user_id = resealed.user_id AND held.id = resealed.id AND held.keyring_id = $1 AND held.sealed = resealed.old
    RETURNING 1
),
counted AS (
    UPDATE keys.rotations AS rotation SET done = rotation.done + (SELECT count(*) FROM changed)
    WHERE rotation.kind = 'keyring' AND rotation.purpose = 'content' AND rotation.finished_at IS NULL
)
SELECT count(*) AS "changed!" FROM changed
