-- What finds words in messages that Postgres cannot read (docs/search.md, docs/decisions/0029).

-- For each word of a message, and each beginning of it, its HMAC under a key of the message's epoch. Without a foreign key
-- to messages: its check would cost each message two dozen look-ups of the row that is being written. Triggers keep the two
-- together.
CREATE TABLE search_tokens (
    conversation_id uuid NOT NULL,
    token bytea NOT NULL CHECK (octet_length(token) = 12),
    seq bigint NOT NULL,
    -- The version of the message that has the word.
    version integer NOT NULL,
    PRIMARY KEY (conversation_id, token, seq)
);
-- The tokens of a message, to be removed with it.
CREATE INDEX search_tokens_seq_idx ON search_tokens (conversation_id, seq);

-- A message's tokens go with what it said. A trigger, because its statements see what was committed while an edit or a
-- deletion waited for the message's lock (docs/decisions/0024); the new version's tokens are there already and stay.
CREATE FUNCTION forget_search_tokens() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.deleted_at IS NULL THEN
        DELETE FROM search_tokens
        WHERE conversation_id = NEW.conversation_id AND seq = NEW.seq AND version < NEW.version;
    ELSE
        DELETE FROM search_tokens WHERE conversation_id = OLD.conversation_id AND seq = OLD.seq;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER messages_forget_tokens AFTER UPDATE OF version, deleted_at ON messages FOR EACH ROW
    WHEN (OLD.version <> NEW.version OR (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL))
    EXECUTE FUNCTION forget_search_tokens();
CREATE TRIGGER messages_remove_tokens AFTER DELETE ON messages FOR EACH ROW
    EXECUTE FUNCTION forget_search_tokens();

-- So many tokens of a conversation that has ended, at the most; how many went.
CREATE FUNCTION remove_search_tokens(conversation uuid, most bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    removed bigint;
BEGIN
    DELETE FROM search_tokens AS held
    WHERE held.ctid = ANY (ARRAY (
        SELECT one.ctid FROM search_tokens AS one WHERE one.conversation_id = conversation LIMIT most
    ));
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;

-- The tokens of a conversation go when it ends. The keys that give them a meaning go in the same statement; what is more
-- than a request has the time for is left to sweep_expired.
CREATE FUNCTION end_search() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM remove_search_tokens(NEW.id, 50000);
    RETURN NULL;
END
$$;
CREATE TRIGGER conversations_end_search AFTER UPDATE OF deleted_at ON conversations FOR EACH ROW
    WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
    EXECUTE FUNCTION end_search();
