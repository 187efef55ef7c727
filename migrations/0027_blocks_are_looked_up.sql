-- Whether somebody is hidden from a viewer is one look into an index for each profile. Written with EXISTS, a search for users
-- read the blocks of everybody.
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
       CASE WHEN users.show_last_seen AND NOT hides.from_viewer THEN users.last_seen_at END AS last_seen_at,
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
