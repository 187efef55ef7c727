-- A new pair of tokens for a refresh token, once. Safe to repeat with the same arguments: the new token's hash tells our
-- own earlier run. No row: no such token, or its session has ended.
WITH token AS (
    -- Both rows are locked, so that of many who bring the same token one after the other sees what the one before did.
    SELECT token.hash, token.used_at, token.expires_at, session.id AS session_id, session.user_id,
           session.expires_at AS session_expires_at
    FROM refresh_tokens AS token
    JOIN sessions AS session ON session.id = token.session_id
    WHERE token.hash = $1 AND session.revoked_at IS NULL AND session.expires_at > now() AND token.expires_at > now()
    FOR UPDATE
),
limited AS (
    SELECT taken.*
    FROM token
    CROSS JOIN LATERAL take_from_limit(limit_key('refresh', token.session_id), $9, $10, 1) AS taken
),
judged AS (
    SELECT token.*,
           CASE
               -- Nothing happens to a token that is only brought too soon.
               WHEN token.used_at IS NULL AND NOT limited.allowed THEN 'limited'
               WHEN token.used_at IS NULL THEN 'fresh'
               WHEN EXISTS (SELECT FROM refresh_tokens AS own WHERE own.hash = $2) THEN 'repeated'
               -- Two tabs of one client, say: the token that came of it has not been used yet, so nobody else has it.
               WHEN token.used_at > now() - interval '10 seconds' AND NOT EXISTS (
                   SELECT FROM refresh_tokens AS later
                   WHERE later.session_id = token.session_id AND later.used_at > token.used_at
               ) THEN 'rotated'
               ELSE 'reused'
           END AS verdict
    FROM token
    CROSS JOIN limited
    JOIN users ON users.id = token.user_id AND users.suspended_at IS NULL AND users.deleted_at IS NULL
),
used AS (
    UPDATE refresh_tokens AS old SET used_at = clock_timestamp()
    FROM judged
    WHERE old.hash = judged.hash AND judged.verdict = 'fresh'
),
issued AS (
    INSERT INTO refresh_tokens (hash, session_id, expires_at)
    SELECT $2, judged.session_id, least($3, judged.session_expires_at)
    FROM judged
    WHERE judged.verdict = 'fresh'
),
changed AS (
    UPDATE sessions AS session
    SET access_hash = CASE WHEN judged.verdict = 'fresh' THEN $4 ELSE session.access_hash END,
        access_expires_at =
            CASE WHEN judged.verdict = 'fresh' THEN least($5, session.expires_at) ELSE session.access_expires_at END,
        revoked_at = CASE WHEN judged.verdict = 'reused' THEN clock_timestamp() END
    FROM judged
    WHERE session.id = judged.session_id AND judged.verdict IN ('fresh', 'reused')
),
told AS (
    INSERT INTO outbox (id, type, user_id)
    SELECT $11, 'session.revoked', judged.user_id FROM judged WHERE judged.verdict = 'reused'
    ON CONFLICT (id) DO NOTHING
),
-- A token of a session that has ended: its owner is out of date, or it is in other hands.
late AS (
    SELECT session.id, session.user_id
    FROM refresh_tokens AS token
    JOIN sessions AS session ON session.id = token.session_id
    WHERE token.hash = $1
      AND (session.revoked_at IS NOT NULL OR session.expires_at <= now() OR token.expires_at <= now())
),
-- Worth a note as often as a refresh is granted, so that an old token does not fill the audit log.
noted AS (
    SELECT late.id, late.user_id
    FROM late
    CROSS JOIN LATERAL take_from_limit(limit_key('refresh', late.id), $9, $10, 1) AS taken
    WHERE taken.allowed
),
audited AS (
    INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
    SELECT $6::uuid, 'authn_token_reuse', judged.user_id, judged.session_id, 'session', judged.session_id, $7::text, $8::text
    FROM judged
    WHERE judged.verdict = 'reused'
    UNION ALL
    SELECT $6, 'session_use_after_expire', noted.user_id, noted.id, 'session', noted.id, $7, $8
    FROM noted
    ON CONFLICT (id) DO NOTHING
)
SELECT judged.verdict AS "verdict!", judged.session_id, limited.allowed AS "limit_allowed!", limited.ahead_us AS "limit_ahead_us!",
       limited.newly_refused AS "limit_newly_refused!",
       users.id, users.username, users.display_name, users.bio, users.avatar_media_id, users.presence,
       users.status_text, users.status_emoji, users.status_expires_at, users.role, users.created_at,
       users.email_sealed, users.email_keyring_id
FROM judged
CROSS JOIN limited
JOIN users ON users.id = judged.user_id
