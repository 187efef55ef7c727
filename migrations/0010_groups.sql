-- What admins set for a group, what each member may see of it, and what is unread to whom.

ALTER TABLE conversations
    -- Sealed like the title, under the epoch key it names.
    ADD COLUMN description_sealed bytea,
    ADD COLUMN description_epoch integer,
    -- Seconds after sending in which an author may edit; null: always.
    ADD COLUMN edit_window_s integer CHECK (edit_window_s >= 0),
    ADD COLUMN who_can_post text NOT NULL DEFAULT 'all' CHECK (who_can_post IN ('all', 'admins')),
    -- Seconds that messages are kept; null: for ever.
    ADD COLUMN retention_s integer CHECK (retention_s > 0),
    ADD COLUMN history_for_new_members boolean NOT NULL DEFAULT true,
    -- Its keys are destroyed and nobody is a member any more. What is left of it is for a sweep to remove.
    ADD COLUMN deleted_at timestamptz,
    ADD CONSTRAINT conversations_description_check CHECK ((description_sealed IS NULL) = (description_epoch IS NULL)),
    -- `shared::limits::MEMBERS`. Held here, since two who add members at once each count before the other.
    ADD CONSTRAINT conversations_member_count_check CHECK (member_count <= 1000);
CREATE INDEX conversations_deleted_idx ON conversations (deleted_at) WHERE deleted_at IS NOT NULL;

ALTER TABLE members
    -- The member sees only messages after this one: 0, unless the group hid its history when they joined.
    ADD COLUMN joined_seq bigint NOT NULL DEFAULT 0,
    -- The last message when they joined: none up to it was ever delivered to them as new.
    ADD COLUMN since_seq bigint NOT NULL DEFAULT 0,
    -- The member's own view: what is after this message is unread to them although they have read further; null: what is
    -- after read_seq is. own_unread counts the member's own messages after the same place.
    ADD COLUMN marked_seq bigint,
    ADD CONSTRAINT members_marked_seq_check CHECK (marked_seq < read_seq),
    -- A group has one owner. Checked at the statement's end, so that one statement can hand the group over.
    ADD CONSTRAINT members_owner_key EXCLUDE USING btree (conversation_id WITH =)
        WHERE (role = 'owner' AND left_at IS NULL) DEFERRABLE INITIALLY IMMEDIATE;
-- Pages of members, and who has been there longest.
CREATE INDEX members_joined_at_idx ON members (conversation_id, joined_at, user_id) WHERE left_at IS NULL;

-- What is never unread to anybody (docs/decisions/0022).
CREATE INDEX messages_uncounted_idx ON messages (conversation_id, seq) INCLUDE (sender_id)
    WHERE type = 'system' OR deleted_at IS NOT NULL;
-- A member's own messages, which are not unread to them.
CREATE INDEX messages_sender_id_idx ON messages (conversation_id, sender_id, seq);

-- A message newer than the archiving unarchives, unless the member has muted the conversation.
CREATE FUNCTION is_archived(archived_seq bigint, last_seq bigint, muted_until timestamptz) RETURNS boolean
LANGUAGE sql STABLE
RETURN archived_seq IS NOT NULL AND (archived_seq >= last_seq OR coalesce(muted_until > now(), false));

-- How many of the others' messages after a place are unread to nobody (docs/decisions/0022). At most 10,000 are looked at: more
-- of them than that, all of them unread, count as unread. One row, in a form that the planner puts into the statement that asks.
CREATE FUNCTION uncounted_after(conversation uuid, member uuid, after_seq bigint) RETURNS TABLE (messages bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT count(*)
    FROM (
        SELECT FROM messages AS message
        WHERE message.conversation_id = uncounted_after.conversation AND message.seq > uncounted_after.after_seq
          AND (message.type = 'system' OR message.deleted_at IS NOT NULL)
          AND message.sender_id <> uncounted_after.member
        LIMIT 10000
    ) AS message;
END;

-- A member's conversations as the member sees them: settings, the last message, each with its key, the member's own flags
-- and counts. The caller filters by user_id and id. Takes the place of member_conversations, which functions of before
-- this migration still read; a later one drops it.
CREATE VIEW own_conversations AS
SELECT member.user_id,
       conversation.id,
       conversation.type,
       conversation.title_sealed,
       conversation.title_epoch,
       title_key.keyring_id AS title_key_keyring_id,
       title_key.sealed AS title_key_sealed,
       conversation.description_sealed,
       conversation.description_epoch,
       description_key.keyring_id AS description_key_keyring_id,
       description_key.sealed AS description_key_sealed,
       conversation.avatar_media_id,
       conversation.edit_window_s,
       conversation.who_can_post,
       conversation.retention_s,
       conversation.history_for_new_members,
       conversation.created_at,
       member.role,
       conversation.member_count,
       conversation.last_seq,
       conversation.change_seq,
       greatest(conversation.last_seq - unread.after_seq - member.own_unread - uncounted.messages, 0) AS unread_count,
       member.read_seq,
       member.delivered_seq,
       is_archived(member.archived_seq, conversation.last_seq, member.muted_until) AS archived,
       CASE WHEN member.muted_until > now() THEN member.muted_until END AS muted_until,
       member.pinned_at IS NOT NULL AS pinned,
       conversation.updated_at,
       last.id AS last_id,
       last.change_seq AS last_change_seq,
       last.client_id AS last_client_id,
       last.sender_id AS last_sender_id,
       last.type AS last_type,
       last.epoch AS last_epoch,
       last.version AS last_version,
       last.sealed AS last_sealed,
       last.created_at AS last_created_at,
       last.edited_at AS last_edited_at,
       last.deleted_at AS last_deleted_at,
       last.expires_at AS last_expires_at,
       last_key.keyring_id AS last_key_keyring_id,
       last_key.sealed AS last_key_sealed
FROM members AS member
JOIN conversations AS conversation ON conversation.id = member.conversation_id
CROSS JOIN LATERAL (SELECT coalesce(member.marked_seq, member.read_seq) AS after_seq) AS unread
CROSS JOIN LATERAL uncounted_after(conversation.id, member.user_id, unread.after_seq) AS uncounted
LEFT JOIN conversation_keys AS title_key
       ON title_key.conversation_id = conversation.id AND title_key.epoch = conversation.title_epoch
LEFT JOIN conversation_keys AS description_key
       ON description_key.conversation_id = conversation.id AND description_key.epoch = conversation.description_epoch
LEFT JOIN messages AS last
       ON last.conversation_id = conversation.id AND last.seq = conversation.last_seq AND last.seq > member.joined_seq
LEFT JOIN conversation_keys AS last_key
       ON last_key.conversation_id = conversation.id AND last_key.epoch = last.epoch
WHERE member.left_at IS NULL;
