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
