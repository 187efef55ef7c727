-- The keyring with what is known of its copies, for who may copy it or put it back. At least one row.
-- $1, $2: session and user; null for a function that a schedule or IAM invokes. $3: the roles that may.
WITH live AS (
    SELECT role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT WHERE $1::uuid IS NULL OR EXISTS (SELECT FROM live WHERE live.role = ANY ($3::text[]))
)
SELECT $1::uuid IS NULL OR EXISTS (SELECT FROM live) AS "session_live!",
       EXISTS (SELECT FROM allowed) AS "allowed!",
       deployment.id AS "deployment_id!",
       deployment.keyring_digest AS "keyring_digest?",
       deployment.keyring_copied_at AS "keyring_copied_at?",
       key.id AS "id?",
       key.purpose AS "purpose?",
       key.state AS "state?",
       key.wrapped AS "wrapped?",
       key.kms_key AS "kms_key?"
FROM deployment
LEFT JOIN keys.keyring AS key ON EXISTS (SELECT FROM allowed)
ORDER BY key.created_at, key.id
