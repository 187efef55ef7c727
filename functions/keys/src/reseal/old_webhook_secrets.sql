-- Things sealed again under $2, where they still hold what was sealed under $1. One row: how many.
WITH changed AS (
    UPDATE webhooks AS held
    SET old_keyring_id = $2, old_sealed = resealed.new
    FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS resealed (id, old, new)
    WHERE held.id = resealed.id AND held.old_keyring_id = $1 AND held.old_sealed = resealed.old
    RETURNING 1
),
counted AS (
    UPDATE keys.rotations AS rotation SET done = rotation.done + (SELECT count(*) FROM changed)
    WHERE rotation.kind = 'keyring' AND rotation.purpose = 'content' AND rotation.finished_at IS NULL
)
SELECT count(*) AS "changed!" FROM changed
