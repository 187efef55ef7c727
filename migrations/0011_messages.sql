-- What a message is made of beside its text: media, replies, mentions, reactions, pins, revisions, and who has hidden it.

ALTER TABLE conversations
    -- Counted here because the statement that pins holds this row's lock; the check ends the statement of one too many.
    ADD COLUMN pin_count integer NOT NULL DEFAULT 0
        CONSTRAINT conversations_pin_count_check CHECK (pin_count BETWEEN 0 AND 50);

ALTER TABLE messages
    -- The message it answers, in the same conversation by construction.
    ADD COLUMN reply_to_seq bigint,
    -- {"👍": {"count": 2, "since": 7}}: how many of each kind, and the change that brought the first; null without any.
    ADD COLUMN reactions jsonb,
    ADD COLUMN reaction_kinds integer NOT NULL DEFAULT 0
        CONSTRAINT messages_reaction_kinds_check CHECK (reaction_kinds BETWEEN 0 AND 50),
    -- The epoch whose key fingerprinted the request; null while it is the one that seals the message, until an edit seals
    -- it under another.
    ADD COLUMN request_epoch integer,
    ADD CONSTRAINT messages_tombstone_check
        CHECK (deleted_at IS NULL OR (sealed IS NULL AND reactions IS NULL AND reply_to_seq IS NULL));

-- Uploaded files. A row is made when an upload is asked for and moves forward only.
CREATE TABLE media (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES users,
    kind text NOT NULL CHECK (kind IN ('image', 'video', 'audio', 'file')),
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'uploaded', 'processing', 'ready', 'failed')),
    -- A fixed word that says why it failed.
    failure text,
    content_type text NOT NULL,
    -- In bytes.
    size bigint NOT NULL CHECK (size >= 0),
    -- In pixels, as shown.
    width integer CHECK (width > 0),
    height integer CHECK (height > 0),
    duration_ms bigint CHECK (duration_ms >= 0),
    -- File name and previews, sealed under a content K1: a file has no conversation before it is sent, and may have several.
    details_sealed bytea,
    details_keyring_id uuid REFERENCES keys.keyring,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'failed') = (failure IS NOT NULL)),
    CHECK ((details_sealed IS NULL) = (details_keyring_id IS NULL))
);
CREATE INDEX media_owner_id_idx ON media (owner_id, created_at DESC, id DESC);

CREATE TABLE message_media (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    position smallint NOT NULL CHECK (position BETWEEN 1 AND 10),
    media_id uuid NOT NULL REFERENCES media,
    PRIMARY KEY (conversation_id, seq, position),
    CONSTRAINT message_media_once UNIQUE (conversation_id, seq, media_id),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages ON DELETE CASCADE
);
-- Who may see a file is asked of the conversations that hold it.
CREATE INDEX message_media_media_id_idx ON message_media (media_id);

-- Who is meant; the nil UUID stands for all members.
CREATE TABLE mentions (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (conversation_id, seq, user_id),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages ON DELETE CASCADE
);

CREATE INDEX mentions_user_id_idx ON mentions (conversation_id, user_id, seq);

-- Who reacted; messages.reactions counts them.
CREATE TABLE reactions (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    user_id uuid NOT NULL,
    emoji text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (conversation_id, seq, user_id, emoji),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages ON DELETE CASCADE
);

CREATE TABLE pins (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    pinned_by uuid NOT NULL,
    pinned_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (conversation_id, seq),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages ON DELETE CASCADE
);

-- What a message said before its edits, as it was sealed.
CREATE TABLE message_revisions (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    version integer NOT NULL,
    epoch integer NOT NULL,
    sealed bytea NOT NULL,
    -- When this version was written.
    created_at timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, seq, version),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages ON DELETE CASCADE
);

-- Messages that a member has deleted for themselves.
CREATE TABLE hidden_messages (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (user_id, conversation_id, seq),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages ON DELETE CASCADE
);
CREATE INDEX hidden_messages_seq_idx ON hidden_messages (conversation_id, seq);

-- What members say is wrong with a message. Without foreign keys to conversations: a report outlives what it is about.
CREATE TABLE reports (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL,
    message_id uuid NOT NULL,
    reporter_id uuid NOT NULL REFERENCES users,
    reason text NOT NULL CHECK (reason IN ('spam', 'harassment', 'violence', 'sexual', 'illegal', 'other')),
    -- Sealed under a content K1.
    comment_sealed bytea,
    comment_keyring_id uuid REFERENCES keys.keyring,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved', 'dismissed')),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reports_once UNIQUE (message_id, reporter_id),
    CHECK ((comment_sealed IS NULL) = (comment_keyring_id IS NULL))
);

-- Published events stay for a while: they are the log that clients catch up from (docs/decisions/0025).
CREATE INDEX outbox_conversation_id_idx ON outbox (conversation_id, change_seq) WHERE change_seq IS NOT NULL;

-- A tombstone has no parts, whoever made it. A trigger, because its statements see what was committed while the deletion
-- waited for the message's lock; those of the deletion itself do not (docs/decisions/0024).
CREATE FUNCTION forget_message() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM message_revisions WHERE conversation_id = NEW.conversation_id AND seq = NEW.seq;
    DELETE FROM message_media WHERE conversation_id = NEW.conversation_id AND seq = NEW.seq;
    DELETE FROM mentions WHERE conversation_id = NEW.conversation_id AND seq = NEW.seq;
    DELETE FROM reactions WHERE conversation_id = NEW.conversation_id AND seq = NEW.seq;
    DELETE FROM pins WHERE conversation_id = NEW.conversation_id AND seq = NEW.seq;
    IF FOUND THEN
        UPDATE conversations SET pin_count = pin_count - 1 WHERE id = NEW.conversation_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER messages_forget AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
    WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
    EXECUTE FUNCTION forget_message();

-- Who may read a conversation now, and from where on: only messages above after_seq.
CREATE VIEW message_readers AS
SELECT member.conversation_id, member.user_id, member.role, member.joined_seq AS after_seq
FROM members AS member
WHERE member.left_at IS NULL;

-- Direct conversations in which nothing is said, because one of the two has blocked the other.
CREATE VIEW silenced_conversations AS
SELECT direct.id AS conversation_id
FROM conversations AS direct
WHERE direct.type = 'direct'
  AND EXISTS (
      SELECT FROM blocks
      WHERE (blocks.user_id = direct.direct_low AND blocks.blocked_id = direct.direct_high)
         OR (blocks.user_id = direct.direct_high AND blocks.blocked_id = direct.direct_low)
  );

-- The parts of a message as JSON, which shared::message reads: what most messages do not have costs them no column.
CREATE FUNCTION base64_part(bytes bytea) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN replace(encode(bytes, 'base64'), chr(10), '');

CREATE FUNCTION media_part(file media) RETURNS json
LANGUAGE sql STABLE
RETURN json_build_object(
    'id', file.id, 'owner_id', file.owner_id, 'kind', file.kind, 'status', file.status, 'failure', file.failure,
    'content_type', file.content_type, 'size', file.size, 'width', file.width, 'height', file.height,
    'duration_ms', file.duration_ms, 'keyring_id', file.details_keyring_id,
    'sealed', base64_part(file.details_sealed)
);

-- The message that another one answers, as far as this viewer may see it.
CREATE FUNCTION reply_part(conversation uuid, place bigint, viewer uuid) RETURNS json
LANGUAGE sql STABLE
RETURN (
    SELECT json_build_object(
        'id', quoted.id, 'seq', quoted.seq, 'sender_id', quoted.sender_id, 'type', quoted.type, 'epoch', quoted.epoch,
        'version', quoted.version, 'deleted', quoted.deleted_at IS NOT NULL OR hidden.yes,
        'expires_at_ms', (extract(epoch FROM quoted.expires_at) * 1000)::bigint,
        'sealed', CASE WHEN NOT hidden.yes THEN base64_part(quoted.sealed) END,
        'keyring_id', epoch_key.keyring_id, 'key_sealed', base64_part(epoch_key.sealed)
    )
    FROM message_readers AS reader
    JOIN messages AS quoted ON quoted.conversation_id = reader.conversation_id AND quoted.seq > reader.after_seq
    LEFT JOIN conversation_keys AS epoch_key
           ON epoch_key.conversation_id = quoted.conversation_id AND epoch_key.epoch = quoted.epoch
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM hidden_messages AS hidden
            WHERE hidden.conversation_id = quoted.conversation_id AND hidden.seq = quoted.seq
              AND hidden.user_id = reader.user_id
        ) AS yes
    ) AS hidden
    WHERE reader.conversation_id = reply_part.conversation AND reader.user_id = viewer AND quoted.seq = place
);

-- One row, in a form that the planner puts into the statement that asks.
CREATE FUNCTION message_parts(conversation uuid, place bigint, kind text, reply_to bigint, counted jsonb, viewer uuid)
RETURNS TABLE (parts text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT json_strip_nulls(json_build_object(
        'media', CASE WHEN kind IN ('image', 'video', 'audio', 'file') THEN (
            SELECT json_agg(media_part(file) ORDER BY held.position)
            FROM message_media AS held
            JOIN media AS file ON file.id = held.media_id
            WHERE held.conversation_id = message_parts.conversation AND held.seq = place
        ) END,
        'mentions', (
            SELECT json_agg(mention.user_id ORDER BY mention.user_id)
            FROM mentions AS mention
            WHERE mention.conversation_id = message_parts.conversation AND mention.seq = place
        ),
        'reactions', counted,
        'mine', CASE WHEN counted IS NOT NULL THEN (
            SELECT json_agg(own.emoji)
            FROM reactions AS own
            WHERE own.conversation_id = message_parts.conversation AND own.seq = place AND own.user_id = viewer
        ) END,
        'pinned', CASE WHEN EXISTS (
            SELECT FROM pins AS pin WHERE pin.conversation_id = message_parts.conversation AND pin.seq = place
        ) THEN true END,
        'reply', CASE WHEN reply_to IS NOT NULL THEN reply_part(message_parts.conversation, reply_to, viewer) END
    ))::text;
END;

-- How many messages after a place are not unread to a member although they come after it (docs/decisions/0022): what the
-- service wrote, what was deleted, what they have deleted for themselves; but for their own, which members.own_unread counts.
-- At most 10,000 of each are looked at: more of them than that, all of them unread, count as unread.
CREATE FUNCTION uncounted_messages(conversation uuid, viewer uuid, after_seq bigint) RETURNS TABLE (messages bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT (
        SELECT count(*)
        FROM (
            SELECT FROM messages AS message
            WHERE message.conversation_id = uncounted_messages.conversation AND message.seq > uncounted_messages.after_seq
              AND (message.type = 'system' OR message.deleted_at IS NOT NULL)
              AND message.sender_id <> viewer
            LIMIT 10000
        ) AS message
    ) + (
        SELECT count(*)
        FROM (
            SELECT FROM hidden_messages AS hidden
            JOIN messages AS message ON message.conversation_id = hidden.conversation_id AND message.seq = hidden.seq
            WHERE hidden.user_id = viewer AND hidden.conversation_id = uncounted_messages.conversation
              AND hidden.seq > uncounted_messages.after_seq
              AND message.type <> 'system' AND message.deleted_at IS NULL AND message.sender_id <> viewer
            LIMIT 10000
        ) AS message
    );
END;

-- How many messages after a place mean a member, by name or as one of all. At most 1,000 of each are counted.
CREATE FUNCTION unread_mentions(conversation uuid, viewer uuid, after_seq bigint) RETURNS TABLE (messages bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT count(DISTINCT mention.seq)
    FROM unnest(ARRAY[viewer, '00000000-0000-0000-0000-000000000000'::uuid]) AS meant (user_id)
    CROSS JOIN LATERAL (
        SELECT mention.seq
        FROM mentions AS mention
        JOIN messages AS message ON message.conversation_id = mention.conversation_id AND message.seq = mention.seq
        WHERE mention.conversation_id = unread_mentions.conversation AND mention.user_id = meant.user_id
          AND mention.seq > unread_mentions.after_seq
          AND message.sender_id <> viewer
          AND NOT EXISTS (
              SELECT FROM hidden_messages AS hidden
              WHERE hidden.conversation_id = mention.conversation_id AND hidden.seq = mention.seq AND hidden.user_id = viewer
          )
        LIMIT 1000
    ) AS mention;
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
       greatest(conversation.last_seq - unread.after_seq - member.own_unread
                - (SELECT messages FROM uncounted_messages(conversation.id, member.user_id, unread.after_seq)), 0) AS unread_count,
       (SELECT messages FROM unread_mentions(conversation.id, member.user_id, unread.after_seq)) AS mention_count,
       member.read_seq,
       member.delivered_seq,
       is_archived(member.archived_seq, conversation.last_seq, member.muted_until) AS archived,
       CASE WHEN member.muted_until > now() THEN member.muted_until END AS muted_until,
       member.pinned_at IS NOT NULL AS pinned,
       conversation.updated_at,
       last.id AS last_id,
       last.seq AS last_message_seq,
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
       last_key.sealed AS last_key_sealed,
       -- Not joined, so that it is worked out for the rows of the page only.
       (SELECT parts
        FROM message_parts(conversation.id, last.seq, last.type, last.reply_to_seq, last.reactions, member.user_id)
       ) AS last_parts
FROM members AS member
JOIN conversations AS conversation ON conversation.id = member.conversation_id
CROSS JOIN LATERAL (SELECT coalesce(member.marked_seq, member.read_seq) AS after_seq) AS unread
LEFT JOIN conversation_keys AS title_key
       ON title_key.conversation_id = conversation.id AND title_key.epoch = conversation.title_epoch
LEFT JOIN conversation_keys AS description_key
       ON description_key.conversation_id = conversation.id AND description_key.epoch = conversation.description_epoch
LEFT JOIN LATERAL (
    SELECT message.*
    FROM messages AS message
    WHERE message.conversation_id = conversation.id AND message.seq > member.joined_seq
      AND NOT EXISTS (
          SELECT FROM hidden_messages AS hidden
          WHERE hidden.conversation_id = message.conversation_id AND hidden.seq = message.seq
            AND hidden.user_id = member.user_id
      )
    ORDER BY message.seq DESC
    LIMIT 1
) AS last ON true
LEFT JOIN conversation_keys AS last_key
       ON last_key.conversation_id = conversation.id AND last_key.epoch = last.epoch
WHERE member.left_at IS NULL;
