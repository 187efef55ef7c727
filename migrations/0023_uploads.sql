-- Uploads: what has come of each, what was made of it, and how a file that nobody needs any more goes (docs/decisions/0045).

ALTER TABLE media
    -- The bucket's event that told of the upload: of two about one key, which is the later. In digits of one length.
    ADD COLUMN sequencer text COLLATE "C",
    -- How often a worker has begun, and which beginning is the latest: what an earlier one does no longer counts. Of a file that
    -- is ready, the run whose objects are served.
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN run_id uuid,
    -- When the upload came, when the latest run began, when the sweep last sent it to the workers.
    ADD COLUMN uploaded_at timestamptz,
    ADD COLUMN claimed_at timestamptz,
    ADD COLUMN sent_at timestamptz,
    -- Whether what is served in its place was encoded by us, and so may be shown in place.
    ADD COLUMN reencoded boolean NOT NULL DEFAULT false;
-- The sweep walks what is waiting and what nobody is at any more.
CREATE INDEX media_unfinished_idx ON media (uploaded_at) WHERE status IN ('uploaded', 'processing');

-- Smaller forms of a file, in their order.
CREATE TABLE media_variants (
    media_id uuid NOT NULL REFERENCES media ON DELETE CASCADE,
    position smallint NOT NULL CHECK (position >= 1),
    name text NOT NULL CHECK (name ~ '^[a-z0-9_]{1,40}$' AND name <> 'file'),
    -- In pixels.
    width integer NOT NULL CHECK (width > 0),
    height integer NOT NULL CHECK (height > 0),
    content_type text NOT NULL,
    PRIMARY KEY (media_id, position),
    CONSTRAINT media_variants_name_key UNIQUE (media_id, name)
);

-- Which file an event is about: media.ready, media.failed.
ALTER TABLE outbox ADD COLUMN media_id uuid;

-- Pictures of users and groups: whether anybody shows a file is asked of these.
CREATE INDEX users_avatar_media_id_idx ON users (avatar_media_id) WHERE avatar_media_id IS NOT NULL;
CREATE INDEX conversations_avatar_media_id_idx ON conversations (avatar_media_id) WHERE avatar_media_id IS NOT NULL;
-- The gallery walks a conversation's messages with files, each kind by itself, the newest first.
CREATE INDEX messages_with_media_idx ON messages (conversation_id, type, seq DESC)
    WHERE type IN ('image', 'video', 'audio', 'file') AND deleted_at IS NULL;

CREATE OR REPLACE FUNCTION media_part(file media) RETURNS json
LANGUAGE sql STABLE
RETURN json_build_object(
    'id', file.id, 'owner_id', file.owner_id, 'kind', file.kind, 'status', file.status, 'failure', file.failure,
    'content_type', file.content_type, 'size', file.size, 'width', file.width, 'height', file.height,
    'duration_ms', file.duration_ms, 'keyring_id', file.details_keyring_id,
    'sealed', base64_part(file.details_sealed), 'run_id', file.run_id, 'reencoded', file.reencoded,
    'variants', (
        SELECT json_agg(json_build_object(
            'name', variant.name, 'width', variant.width, 'height', variant.height, 'content_type', variant.content_type
        ) ORDER BY variant.position)
        FROM media_variants AS variant
        WHERE variant.media_id = file.id
    )
);

-- Who may see a file: who uploaded it, who may read a message that holds it, and whoever may see whose picture it is. Asked for
-- one file.
CREATE FUNCTION media_visible(file uuid, viewer uuid) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM media AS own WHERE own.id = file AND own.owner_id = viewer)
    OR EXISTS (
        SELECT
        FROM message_media AS held
        JOIN message_readers AS reader ON reader.conversation_id = held.conversation_id AND held.seq > reader.after_seq
        JOIN messages AS message ON message.conversation_id = held.conversation_id AND message.seq = held.seq
        WHERE held.media_id = file AND reader.user_id = viewer
          AND message.deleted_at IS NULL AND (message.expires_at IS NULL OR message.expires_at > now())
          AND NOT EXISTS (
              SELECT FROM hidden_messages AS hidden
              WHERE hidden.conversation_id = held.conversation_id AND hidden.seq = held.seq AND hidden.user_id = viewer
          )
    )
    OR EXISTS (SELECT FROM users AS shown WHERE shown.avatar_media_id = file AND shown.deleted_at IS NULL)
    OR EXISTS (
        SELECT
        FROM conversations AS shown
        JOIN message_readers AS reader ON reader.conversation_id = shown.id
        WHERE shown.avatar_media_id = file AND reader.user_id = viewer
    );

-- Files to be looked at: whether anybody needs them still. Each is due a day after its upload was asked for, and when something
-- that held it is gone; one that is needed then is forgotten until that happens again.
CREATE TABLE media_reviews (
    media_id uuid PRIMARY KEY,
    due timestamptz NOT NULL
);
CREATE INDEX media_reviews_due_idx ON media_reviews (due);
INSERT INTO media_reviews (media_id, due) SELECT media.id, media.created_at + interval '1 day' FROM media;

-- Files that are gone, but for what is in the bucket.
CREATE TABLE media_remains (
    media_id uuid PRIMARY KEY,
    -- Not while a worker may still be writing.
    due timestamptz NOT NULL,
    -- The request that deleted it, if one did: its repeat finds itself here.
    request_id uuid
);
CREATE INDEX media_remains_due_idx ON media_remains (due);

-- Groups that have ended, and whose messages hold files still: a few hundred are let go of at a time.
CREATE TABLE ended_conversations (
    conversation_id uuid PRIMARY KEY,
    ended_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO ended_conversations (conversation_id) SELECT id FROM conversations WHERE deleted_at IS NOT NULL;

CREATE FUNCTION review_media(files uuid[]) RETURNS void
LANGUAGE sql VOLATILE
BEGIN ATOMIC
    -- In order, so that two who let go of the same files do not wait for each other.
    INSERT INTO media_reviews AS review (media_id, due)
    SELECT DISTINCT file.id, now() FROM unnest(files) AS file (id) WHERE file.id IS NOT NULL ORDER BY file.id
    ON CONFLICT (media_id) DO UPDATE SET due = least(review.due, excluded.due);
END;

-- Triggers, because messages, pictures and conversations go in many statements, and none may forget the files.
CREATE FUNCTION review_let_go() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM review_media(ARRAY(SELECT gone.media_id FROM gone));
    RETURN NULL;
END
$$;
CREATE TRIGGER message_media_let_go AFTER DELETE ON message_media REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION review_let_go();

CREATE FUNCTION review_picture() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM review_media(ARRAY[OLD.avatar_media_id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER users_picture AFTER UPDATE OF avatar_media_id ON users FOR EACH ROW
    WHEN (OLD.avatar_media_id IS NOT NULL AND OLD.avatar_media_id IS DISTINCT FROM NEW.avatar_media_id)
    EXECUTE FUNCTION review_picture();
CREATE TRIGGER conversations_picture AFTER UPDATE OF avatar_media_id ON conversations FOR EACH ROW
    WHEN (OLD.avatar_media_id IS NOT NULL AND OLD.avatar_media_id IS DISTINCT FROM NEW.avatar_media_id)
    EXECUTE FUNCTION review_picture();

-- What an erased user had uploaded and not sent: what is older has been looked at.
CREATE FUNCTION review_uploads() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM review_media(ARRAY(
        SELECT file.id FROM media AS file
        WHERE file.owner_id = NEW.id AND file.created_at > now() - interval '2 days'
    ));
    RETURN NULL;
END
$$;
CREATE TRIGGER users_erased AFTER UPDATE OF deleted_at ON users FOR EACH ROW
    WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
    EXECUTE FUNCTION review_uploads();

CREATE FUNCTION note_ended_conversation() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ended_conversations (conversation_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    PERFORM review_media(ARRAY[NEW.avatar_media_id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER conversations_ended AFTER UPDATE OF deleted_at ON conversations FOR EACH ROW
    WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
    EXECUTE FUNCTION note_ended_conversation();

-- Whether something holds a file.
CREATE FUNCTION media_in_use(file uuid) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
        SELECT
        FROM message_media AS held
        JOIN conversations AS conversation ON conversation.id = held.conversation_id
        WHERE held.media_id = file AND conversation.deleted_at IS NULL
    )
    OR EXISTS (SELECT FROM users AS shown WHERE shown.avatar_media_id = file AND shown.deleted_at IS NULL)
    OR EXISTS (SELECT FROM conversations AS shown WHERE shown.avatar_media_id = file AND shown.deleted_at IS NULL);

-- Takes files that nobody needs out of the database; what is in the bucket goes later. Whoever attaches one holds its row until
-- it is attached (the foreign key does, and FOR KEY SHARE where a picture is chosen), so after waiting for the rows, what holds
-- them is seen: each statement of this function sees what was committed before it.
CREATE FUNCTION drop_media(files uuid[], request uuid) RETURNS TABLE (media_id uuid)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    unused uuid[];
BEGIN
    PERFORM FROM media AS file WHERE file.id = ANY (files) ORDER BY file.id FOR UPDATE;
    unused := ARRAY(SELECT file.id FROM media AS file WHERE file.id = ANY (files) AND NOT media_in_use(file.id));
    -- A run that is under way may write for as long as its function may last.
    INSERT INTO media_remains (media_id, due, request_id)
    SELECT file.id, CASE WHEN file.status = 'processing' THEN now() + interval '10 minutes' ELSE now() END, request
    FROM media AS file WHERE file.id = ANY (unused);
    -- What is left of it in groups that have ended.
    DELETE FROM message_media AS held WHERE held.media_id = ANY (unused);
    DELETE FROM media AS file WHERE file.id = ANY (unused);
    DELETE FROM media_reviews AS review WHERE review.media_id = ANY (unused);
    RETURN QUERY SELECT unnest(unused);
END
$$;

-- Looks at files that are due, a number of them at the most.
CREATE FUNCTION review_due_media(most integer) RETURNS TABLE (looked_at integer, dropped integer)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    files uuid[];
BEGIN
    files := ARRAY(
        SELECT review.media_id FROM media_reviews AS review
        WHERE review.due <= now()
        ORDER BY review.due LIMIT most
        FOR UPDATE SKIP LOCKED
    );
    looked_at := cardinality(files);
    dropped := (SELECT count(*) FROM drop_media(files, NULL));
    -- Those that are needed are looked at again when somebody lets go of them.
    DELETE FROM media_reviews AS review WHERE review.media_id = ANY (files);
    RETURN NEXT;
END
$$;

-- Lets go of files that messages of a group hold which has ended, a number of them at the most.
CREATE FUNCTION empty_ended_conversation(most integer) RETURNS TABLE (was_one boolean)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    ended uuid;
BEGIN
    SELECT one.conversation_id INTO ended FROM ended_conversations AS one ORDER BY one.ended_at LIMIT 1 FOR UPDATE SKIP LOCKED;
    was_one := ended IS NOT NULL;
    DELETE FROM message_media AS held
    USING (
        SELECT one.seq, one.position FROM message_media AS one WHERE one.conversation_id = ended LIMIT most
    ) AS few
    WHERE held.conversation_id = ended AND held.seq = few.seq AND held.position = few.position;
    DELETE FROM ended_conversations AS one
    WHERE one.conversation_id = ended AND NOT EXISTS (SELECT FROM message_media AS held WHERE held.conversation_id = ended);
    RETURN NEXT;
END
$$;
