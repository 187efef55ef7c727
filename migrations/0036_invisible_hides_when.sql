-- Whoever is invisible is seen as they were when they became so: the authorizer goes on noting when they were last seen, and that must
-- not tell others that they are there.
ALTER TABLE users
    -- What others see as last_seen_at of one who is invisible.
    ADD COLUMN last_shown_at timestamptz;
UPDATE users SET last_shown_at = last_seen_at WHERE presence = 'invisible';

-- A trigger, and not the statement that sets a status: while this runs, functions of before set them too.
CREATE FUNCTION keep_last_shown() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.last_shown_at := OLD.last_seen_at;
    RETURN NEW;
END
$$;
CREATE TRIGGER users_become_invisible BEFORE UPDATE OF presence ON users FOR EACH ROW
    WHEN (NEW.presence = 'invisible' AND OLD.presence <> 'invisible' AND NEW.deleted_at IS NULL)
    EXECUTE FUNCTION keep_last_shown();

CREATE OR REPLACE VIEW visible_profiles AS
SELECT viewer.id AS viewer_id,
       users.id,
       users.username,
       users.display_name,
       users.bio,
       users.avatar_media_id,
       -- Nobody is there who has not been seen for five minutes, who hides, or who has blocked the viewer.
       CASE
           WHEN hides.from_viewer OR users.presence = 'invisible' THEN 'offline'
           WHEN users.last_seen_at IS NULL OR users.last_seen_at < now() - interval '5 minutes' THEN 'offline'
           WHEN users.status_expires_at <= now() THEN 'online'
           ELSE users.presence
       END AS presence,
       CASE WHEN hides.status THEN NULL ELSE users.status_text END AS status_text,
       CASE WHEN hides.status THEN NULL ELSE users.status_emoji END AS status_emoji,
       CASE WHEN hides.status THEN NULL ELSE users.status_expires_at END AS status_expires_at,
       CASE
           WHEN hides.from_viewer OR NOT users.show_last_seen THEN NULL
           WHEN users.presence = 'invisible' THEN users.last_shown_at
           ELSE users.last_seen_at
       END AS last_seen_at,
       users.created_at,
       hides.from_viewer AS hidden,
       users.suspended_at IS NOT NULL AS suspended,
       users.deleted_at IS NOT NULL AS deleted
FROM users AS viewer
CROSS JOIN users
CROSS JOIN LATERAL (
    -- No EXISTS: that may be planned as a hash of all blocks there are.
    SELECT coalesce(
        (SELECT true FROM blocks WHERE blocks.user_id = users.id AND blocks.blocked_id = viewer.id), false
    ) AS yes
) AS blocked
CROSS JOIN LATERAL (
    SELECT blocked.yes AS from_viewer,
           blocked.yes OR coalesce(users.status_expires_at <= now(), false) AS status
) AS hides;
