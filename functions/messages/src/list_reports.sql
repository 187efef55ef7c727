-- A page of reports of one state, newest first, each with the message it is about. At least one row.
-- $3: the roles that may; $4: the state; $5, $6: the report that the page before ended with; $7: how many. $8, $9, $10: the
-- security event that somebody read what others wrote.
WITH live AS (
    SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
),
allowed AS (
    SELECT live.user_id FROM live WHERE live.role = ANY ($3::text[])
),
page AS (
    SELECT report.id, report.created_at
    FROM allowed
    CROSS JOIN LATERAL (
        SELECT report.id, report.created_at
        FROM reports AS report
        WHERE report.status = $4
          AND (report.created_at, report.id) < (coalesce($5, 'infinity'::timestamptz), $6::uuid)
        ORDER BY report.created_at DESC, report.id DESC
        LIMIT $7
    ) AS report
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, address, request_id, detail)
    SELECT $8, 'sensitive_read', allowed.user_id, $1, $9, $10, jsonb_build_object('what', 'reports')
    FROM allowed
    WHERE EXISTS (SELECT FROM page)
    ON CONFLICT (id) DO NOTHING
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
       reported.status AS "status?",
       reported.reported_at AS "reported_at?",
       reported.handled_by AS "handled_by?",
       reported.handled_at AS "handled_at?",
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
LEFT JOIN page ON true
LEFT JOIN reported_messages AS reported ON reported.report_id = page.id
ORDER BY page.created_at DESC, page.id DESC
