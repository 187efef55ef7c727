-- Conversations, their keys (K2), members and messages.

CREATE TABLE conversations (
    id uuid PRIMARY KEY,
    type text NOT NULL CHECK (type IN ('direct', 'group')),
    created_by uuid NOT NULL REFERENCES users,
    -- The two members of a direct conversation in order: one conversation a pair, for ever.
    direct_low uuid REFERENCES users,
    direct_high uuid REFERENCES users,
    -- Sealed under the epoch key it names; groups only.
    title_sealed bytea,
    title_epoch integer,
    avatar_media_id uuid,
    member_count integer NOT NULL,
    -- The epoch whose key seals new messages.
    epoch integer NOT NULL DEFAULT 1,
    -- Numbers messages densely from 1; taken under the row lock of the statement that sends.
    last_seq bigint NOT NULL DEFAULT 0,
    -- Numbers every visible change; the creation is change 1.
    change_seq bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- The last activity, which orders the list of conversations.
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT conversations_direct_key UNIQUE (direct_low, direct_high),
    CHECK ((type = 'direct') = (direct_low IS NOT NULL)),
    CHECK ((type = 'direct') = (direct_high IS NOT NULL)),
    CHECK (direct_low < direct_high),
    CHECK ((type = 'group') = (title_sealed IS NOT NULL)),
    CHECK ((title_sealed IS NULL) = (title_epoch IS NULL))
);

CREATE TABLE conversation_keys (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    epoch integer NOT NULL CHECK (epoch > 0),
    -- The K1 it is sealed under; re-sealing to a new K1 changes both columns together.
    keyring_id uuid NOT NULL REFERENCES keys.keyring,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (conversation_id, epoch)
);
-- Rotation walks the keys that are still sealed under an old K1.
CREATE INDEX conversation_keys_keyring_id_idx ON conversation_keys (keyring_id);

CREATE TABLE members (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    joined_at timestamptz NOT NULL DEFAULT now(),
    left_at timestamptz,
    -- Receipts are watermarks: nothing is ever a row for each message and member.
    delivered_seq bigint NOT NULL DEFAULT 0,
    read_seq bigint NOT NULL DEFAULT 0,
    -- The member's own messages above read_seq, which are not unread to them.
    own_unread bigint NOT NULL DEFAULT 0,
    -- Archived while no message is newer than this one: a new message unarchives without touching the row.
    archived_seq bigint,
    muted_until timestamptz,
    pinned_at timestamptz,
    PRIMARY KEY (conversation_id, user_id),
    CHECK (read_seq <= delivered_seq)
);
CREATE INDEX members_user_id_idx ON members (user_id) WHERE left_at IS NULL;

CREATE TABLE messages (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    seq bigint NOT NULL,
    id uuid NOT NULL CONSTRAINT messages_id_key UNIQUE,
    change_seq bigint NOT NULL,
    -- No foreign key: the sender is a row of members in the same statement, and the key's check would lock and rewrite
    -- the sender's row of users at every message.
    sender_id uuid NOT NULL,
    client_id uuid NOT NULL,
    type text NOT NULL CHECK (type IN ('text', 'image', 'video', 'audio', 'file', 'location', 'system')),
    -- The key K2 that seals this version, and which version it is (1 as sent).
    epoch integer NOT NULL,
    version integer NOT NULL DEFAULT 1,
    -- What it says; null in a tombstone.
    sealed bytea,
    -- A keyed hash of the request that made it: tells a repeat of client_id from a reuse, for ever.
    request_fingerprint bytea NOT NULL,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    expires_at timestamptz,
    PRIMARY KEY (conversation_id, seq),
    CONSTRAINT messages_client_id_key UNIQUE (sender_id, client_id)
);

-- A member's conversations as the member's list shows them: the last message with its key, the title's key, the member's
-- own flags. The caller filters by user_id and bounds the rows.
CREATE VIEW member_conversations AS
SELECT member.user_id,
       conversation.id,
       conversation.type,
       conversation.title_sealed,
       conversation.title_epoch,
       title_key.keyring_id AS title_key_keyring_id,
       title_key.sealed AS title_key_sealed,
       conversation.avatar_media_id,
       member.role,
       conversation.member_count,
       conversation.last_seq,
       conversation.change_seq,
       conversation.last_seq - member.read_seq - member.own_unread AS unread_count,
       member.read_seq,
       member.delivered_seq,
       -- A message newer than the archiving unarchives, unless the member has muted the conversation.
       coalesce(member.archived_seq >= conversation.last_seq
                OR (member.archived_seq IS NOT NULL AND member.muted_until > now()), false) AS archived,
       member.muted_until,
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
LEFT JOIN conversation_keys AS title_key
       ON title_key.conversation_id = conversation.id AND title_key.epoch = conversation.title_epoch
LEFT JOIN messages AS last ON last.conversation_id = conversation.id AND last.seq = conversation.last_seq
LEFT JOIN conversation_keys AS last_key
       ON last_key.conversation_id = conversation.id AND last_key.epoch = last.epoch
WHERE member.left_at IS NULL;

-- Events to tell others of, written by the statement that makes the change and published after its commit.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    type text NOT NULL,
    conversation_id uuid NOT NULL,
    change_seq bigint NOT NULL,
    -- The message it is about, if any. Ids only, never text.
    message_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
);
CREATE INDEX outbox_waiting_idx ON outbox (created_at) WHERE published_at IS NULL;
