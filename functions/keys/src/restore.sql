-- Puts keys of a checked backup into the keyring: those that are missing, and those whose ciphertext opens no more. Safe to repeat. One
-- row. $1, $2: session and user; null for a function that IAM lets in. $3: the roles that may. $4: the keys, as JSON, their ciphertexts in
-- base64. $5: the event's id, $6 and $7 where the request came from, $8 its detail.
WITH live AS (
    SELECT role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT WHERE $1::uuid IS NULL OR EXISTS (SELECT FROM live WHERE live.role = ANY ($3::text[]))
),
given AS (
    SELECT key.id, key.purpose, key.active, key.wrapped, key.kms_key
    FROM allowed, jsonb_to_recordset($4::text::jsonb) AS key (id uuid, purpose text, active boolean, wrapped text, kms_key text)
),
-- One key of a purpose is active: that of before gives way to the one that followed it.
followed AS (
    UPDATE keys.keyring AS key
    SET state = 'opening', replaced_at = clock_timestamp()
    FROM given
    WHERE given.active AND key.purpose = given.purpose AND key.state = 'active' AND key.id <> given.id
      AND NOT EXISTS (SELECT FROM keys.keyring AS known WHERE known.id = given.id)
    RETURNING key.id
),
put AS (
    INSERT INTO keys.keyring AS key (id, purpose, wrapped, kms_key, state, replaced_at)
    SELECT given.id, given.purpose, decode(given.wrapped, 'base64'), given.kms_key,
           CASE WHEN given.active THEN 'active' ELSE 'opening' END,
           CASE WHEN NOT given.active THEN clock_timestamp() END
    FROM given
    -- Never false: the one of before has given way by then.
    WHERE (SELECT count(*) FROM followed) >= 0
    ON CONFLICT (id) DO UPDATE SET wrapped = excluded.wrapped, kms_key = excluded.kms_key
    RETURNING key.id
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, address, request_id, detail)
    SELECT $5, 'crypt_keys_restored', $2, $1, $6, $7, $8::text::jsonb FROM allowed
    ON CONFLICT (id) DO NOTHING
)
SELECT EXISTS (SELECT FROM allowed) AS "allowed!", (SELECT count(*) FROM put) AS "put!"
