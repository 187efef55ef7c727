-- Asks for rotations. Safe to repeat with the same arguments: the audit event ($9) tells our own earlier run, and of each kind
-- and purpose one is unfinished at a time. Always one row.
-- $3: the roles that may; $4: what the worker is to do, or null; $5, $6: ids and purposes; $7: whether epochs end;
-- $8: of which conversation, or null for all.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT FROM live WHERE live.role = ANY ($3::text[])
),
earlier AS (
    SELECT at FROM audit_events WHERE id = $9
),
asked AS (
    INSERT INTO keys.rotations (id, kind, purpose, requested_by)
    SELECT wanted.id, $4, wanted.purpose, $2
    FROM allowed, unnest($5::uuid[], $6::text[]) AS wanted (id, purpose)
    WHERE $4::text IS NOT NULL AND NOT EXISTS (SELECT FROM earlier)
    ON CONFLICT DO NOTHING
    RETURNING *
),
due_for_all AS (
    UPDATE keys.policy SET epochs_due_at = clock_timestamp()
    FROM allowed
    WHERE $7::boolean AND $8::uuid IS NULL AND NOT EXISTS (SELECT FROM earlier)
    RETURNING epochs_due_at
),
due AS (
    UPDATE conversations AS conversation SET epochs_due_at = clock_timestamp()
    FROM allowed
    WHERE $7 AND conversation.id = $8 AND conversation.deleted_at IS NULL AND NOT EXISTS (SELECT FROM earlier)
    RETURNING conversation.epochs_due_at
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
    SELECT $9, 'crypt_rotation_requested', $2, $1, CASE WHEN $8 IS NOT NULL THEN 'conversation' END, $8, $10, $11,
           jsonb_build_object('kind', $4::text, 'purposes', CASE WHEN $4 IS NOT NULL THEN to_jsonb($6) END, 'epochs', $7)
    FROM allowed
    WHERE $8 IS NULL OR EXISTS (SELECT FROM due)
    ON CONFLICT (id) DO NOTHING
),
rotation AS (
    SELECT * FROM asked
    UNION ALL
    SELECT unfinished.*
    FROM allowed
    JOIN keys.rotations AS unfinished ON unfinished.kind = $4 AND unfinished.purpose = ANY ($6)
    WHERE unfinished.finished_at IS NULL
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       EXISTS (SELECT FROM allowed) AS "allowed!",
       coalesce((
           SELECT json_agg(json_build_object(
               'id', rotation.id, 'kind', rotation.kind, 'purpose', rotation.purpose, 'requested_by', rotation.requested_by,
               'requested_at_ms', (extract(epoch FROM rotation.requested_at) * 1000)::bigint,
               'keyring_id', rotation.keyring_id,
               'started_at_ms', (extract(epoch FROM rotation.started_at) * 1000)::bigint,
               'done', rotation.done, 'failed', rotation.failed, 'finished_at_ms', NULL
           ) ORDER BY rotation.purpose)
           FROM rotation
       ), '[]')::text AS "rotations!",
       coalesce(
           (SELECT epochs_due_at FROM due_for_all), (SELECT epochs_due_at FROM due),
           (SELECT earlier.at FROM earlier WHERE $7)
       ) AS "epochs_due_at?"
