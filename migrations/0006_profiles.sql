-- What users say of themselves, hide from others, and whom they block.

ALTER TABLE users
    ADD COLUMN show_last_seen boolean NOT NULL DEFAULT true,
    ADD COLUMN send_read_receipts boolean NOT NULL DEFAULT true,
    ADD COLUMN send_typing boolean NOT NULL DEFAULT true,
    -- Written by a worker, many users at once.
    ADD COLUMN last_seen_at timestamptz;
-- The few who administer: that the last admin stays is asked of this.
CREATE INDEX users_role_idx ON users (role, id) WHERE role <> 'user';

CREATE TABLE blocks (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    blocked_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, blocked_id),
    CHECK (user_id <> blocked_id)
);
CREATE INDEX blocks_created_at_idx ON blocks (user_id, created_at DESC, blocked_id DESC);
CREATE INDEX blocks_blocked_id_idx ON blocks (blocked_id);

-- A session has one of its user's 25 places, which the next but 24 takes over: that is what holds the number exactly.
-- Checked at the statement's end, so that one statement can pass a place on.
ALTER TABLE sessions ADD COLUMN place smallint CHECK (place BETWEEN 1 AND 25);
ALTER TABLE sessions ADD CONSTRAINT sessions_place_key UNIQUE (user_id, place) DEFERRABLE INITIALLY IMMEDIATE;

-- An event is about a conversation or about a user.
ALTER TABLE outbox
    ADD COLUMN user_id uuid,
    ALTER COLUMN conversation_id DROP NOT NULL,
    ALTER COLUMN change_seq DROP NOT NULL,
    ADD CHECK (conversation_id IS NOT NULL OR user_id IS NOT NULL);

-- Users as others see them. The caller filters by viewer_id, and by id or user name.
CREATE VIEW visible_profiles AS
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
    SELECT EXISTS (
        SELECT FROM blocks WHERE blocks.user_id = users.id AND blocks.blocked_id = viewer.id
    ) AS yes
) AS blocked
CROSS JOIN LATERAL (
    SELECT blocked.yes AS from_viewer,
           blocked.yes OR coalesce(users.status_expires_at <= now(), false) AS status
) AS hides;
