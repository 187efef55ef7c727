-- What a moderator does about a report. Safe to repeat with the same arguments. Always one row.
-- $3: the report; $4: the roles that may; $5: its new state; $6, $7, $8: the security event; $9: now.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT live.user_id FROM live WHERE live.role = ANY ($4::text[])
),
-- Who sets it to what it is already changes nothing.
changed AS (
    UPDATE reports AS report
    SET status = $5,
        handled_by = CASE WHEN $5 <> 'open' THEN allowed.user_id END,
        handled_at = CASE WHEN $5 <> 'open' THEN $9::timestamptz END
    FROM allowed
    WHERE report.id = $3 AND report.status <> $5
    RETURNING report.id, report.status, report.handled_by, report.handled_at
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
    SELECT $6, 'sensitive_update', $2, $1, 'report', changed.id, $7, $8, jsonb_build_object('status', changed.status)
    FROM changed
    ON CONFLICT (id) DO NOTHING
),
reported AS (
    SELECT found.* FROM allowed JOIN reported_messages AS found ON found.report_id = $3
)
SELECT EXISTS (SELECT FROM live) AS "session_live!",
       EXISTS (SELECT FROM allowed) AS "allowed!",
       reported.report_id AS "report_id?",
       reported.reported_conversation_id AS "reported_conversation_id?",
       reported.reported_message_id AS "reported_message_id?",
       reported.reporter_id AS "reporter_id?",
       reported.reason AS "reason?",
       reported.comment_sealed AS "comment_sealed?",
       reported.comment_keyring_id AS "comment_keyring_id?",
       coalesce(changed.status, reported.status) AS "status?",
       reported.reported_at AS "reported_at?",
       CASE WHEN changed.id IS NULL THEN reported.handled_by ELSE changed.handled_by END AS "handled_by?",
       CASE WHEN changed.id IS NULL THEN reported.handled_at ELSE changed.handled_at END AS "handled_at?",
       reported.id AS "id?",
       reported.conversation_id AS "conversation_id?",
       reported.seq AS "seq?",
       reported.change_seq AS "change_seq?",
       reported.client_id AS "client_id?",
       reported.sender_id AS "sender_id?",
       reported.kind AS "kind?",
       reported.epoch AS "epoch?",
       reported.version AS "version?",
       reported.sealed AS "sealed?",
       reported.created_at AS "created_at?",
       reported.edited_at AS "edited_at?",
       reported.deleted_at AS "deleted_at?",
       reported.expires_at AS "expires_at?",
       reported.key_keyring_id AS "key_keyring_id?",
       reported.key_sealed AS "key_sealed?",
       reported.parts AS "parts?"
FROM (VALUES (0)) AS one (row)
LEFT JOIN reported ON true
LEFT JOIN changed ON true
