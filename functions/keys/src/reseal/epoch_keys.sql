-- Things sealed again under $2, where they still hold what was sealed under $1. One row: how many.
WITH changed AS (
    UPDATE conversation_keys AS held
    SET keyring_id = $2, sealed = resealed.new
    FROM unnest($3::uuid[], $4::integer[], $5::bytea[], $6::bytea[]) AS resealed (id, epoch, old, new)
    WHERE held.conversation_id = resealed.id AND held.epoch = resealed.epoch AND held.keyring_id = $1 AND held.sealed = resealed.old
    RETURNING 1
),
counted AS (
    UPDATE keys.rotations AS rotation SET done = rotation.done + (SELECT count(*) FROM changed)
    WHERE rotation.kind = 'keyring' AND rotation.purpose = 'content' AND rotation.finished_at IS NULL
)
SELECT count(*) AS "changed!" FROM changed
