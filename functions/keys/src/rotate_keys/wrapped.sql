-- A key as KMS has wrapped it again, while it still is what KMS was given; or that KMS refused ($4 is null). One row: whether
-- it was changed, as 1 or 0. $3: what KMS was given; $6: the event's id.
WITH changed AS (
    UPDATE keys.keyring SET wrapped = $4, kms_key = $5
    WHERE id = $2 AND wrapped = $3 AND $4::bytea IS NOT NULL
    RETURNING id
),
counted AS (
    UPDATE keys.rotations AS rotation
    SET after_id = $2,
        done = rotation.done + (SELECT count(*) FROM changed),
        failed = rotation.failed + CASE WHEN $4 IS NULL THEN 1 ELSE 0 END
    WHERE rotation.id = $1 AND coalesce(rotation.after_id, '00000000-0000-0000-0000-000000000000') < $2
    RETURNING rotation.requested_by
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, subject_type, subject_id, detail)
    SELECT $6, 'crypt_key_rewrapped', counted.requested_by, 'keyring_key', changed.id, jsonb_build_object('rotation_id', $1::uuid)
    FROM changed, counted
    ON CONFLICT (id) DO NOTHING
)
SELECT count(*) AS "changed!" FROM changed
