-- Another active key for a purpose. Safe to repeat, and to run twice at once: whoever comes second finds the rotation begun.
-- $1: the rotation; $3, $4, $5: the new key; $6, $7: the ids of the events.
WITH rotation AS (
    SELECT id, requested_by FROM keys.rotations WHERE id = $1 AND started_at IS NULL AND finished_at IS NULL FOR UPDATE
),
replaced AS (
    UPDATE keys.keyring AS old SET state = 'opening', replaced_at = clock_timestamp()
    FROM rotation
    WHERE old.purpose = $2 AND old.state = 'active'
    RETURNING old.id
),
-- After the old one, and so beside no active one.
created AS (
    INSERT INTO keys.keyring (id, purpose, wrapped, kms_key, created_at)
    SELECT $3, $2, $4, $5, clock_timestamp() FROM replaced
    RETURNING id
),
started AS (
    UPDATE keys.rotations AS begun SET started_at = clock_timestamp(), keyring_id = created.id
    FROM created
    WHERE begun.id = $1
    RETURNING begun.requested_by
)
INSERT INTO audit_events (id, event, actor_id, subject_type, subject_id, detail)
SELECT $6::uuid, 'crypt_key_created', started.requested_by, 'keyring_key', created.id,
       jsonb_build_object('purpose', $2::text, 'rotation_id', $1::uuid)
FROM started, created
UNION ALL
SELECT $7::uuid, 'crypt_key_replaced', started.requested_by, 'keyring_key', replaced.id,
       jsonb_build_object('purpose', $2::text, 'rotation_id', $1::uuid, 'by', created.id)
FROM started, created, replaced
ON CONFLICT (id) DO NOTHING
RETURNING id
