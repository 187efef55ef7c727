-- Fewer and smaller search tokens, and one index of them in the place of two (docs/decisions/0073): they were half of what it cost
-- to send a message.

-- The message's own tokens, by which they are found when they are to go. Null where there is none, as on a tombstone.
ALTER TABLE messages ADD COLUMN search_tokens bigint[];

DROP TRIGGER messages_forget_tokens ON messages;
DROP TRIGGER messages_remove_tokens ON messages;

-- The first eight bytes of a token are what it is now. Beginnings of other lengths than are asked for now stay until their
-- messages go.
CREATE FUNCTION pg_temp.shorter(token bytea) RETURNS bigint IMMUTABLE
RETURN ('x' || encode(substr(token, 1, 8), 'hex'))::bit(64)::bigint;

ALTER TABLE search_tokens RENAME TO longer_tokens;
ALTER INDEX search_tokens_pkey RENAME TO longer_tokens_pkey;
CREATE TABLE search_tokens (
    conversation_id uuid NOT NULL,
    token bigint NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (conversation_id, token, seq)
);
INSERT INTO search_tokens (conversation_id, token, seq)
SELECT DISTINCT held.conversation_id, pg_temp.shorter(held.token), held.seq
FROM longer_tokens AS held;
UPDATE messages
SET search_tokens = held.tokens
FROM (
    SELECT word.conversation_id, word.seq, array_agg(word.token) AS tokens
    FROM search_tokens AS word
    GROUP BY word.conversation_id, word.seq
) AS held
WHERE messages.conversation_id = held.conversation_id AND messages.seq = held.seq;
DROP TABLE longer_tokens;

-- A message's tokens go with what it said: those of another text, and all of a message that goes. A trigger, because its
-- statements see what was committed while an edit or a deletion waited for the message's lock (docs/decisions/0024).
CREATE OR REPLACE FUNCTION forget_search_tokens() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.deleted_at IS NOT NULL THEN
        NEW.search_tokens := NULL;
    END IF;
    -- Of a message that is removed there is no new row.
    DELETE FROM search_tokens
    WHERE conversation_id = OLD.conversation_id AND seq = OLD.seq
      AND token = ANY (OLD.search_tokens) AND token <> ALL (coalesce(NEW.search_tokens, '{}'));
    RETURN CASE TG_OP WHEN 'UPDATE' THEN NEW ELSE OLD END;
END
$$;
CREATE TRIGGER messages_forget_tokens BEFORE UPDATE OF search_tokens, deleted_at ON messages FOR EACH ROW
    WHEN (OLD.search_tokens IS NOT NULL)
    EXECUTE FUNCTION forget_search_tokens();
CREATE TRIGGER messages_remove_tokens BEFORE DELETE ON messages FOR EACH ROW
    WHEN (OLD.search_tokens IS NOT NULL)
    EXECUTE FUNCTION forget_search_tokens();
