-- The order in which an account catches up with everything that changed for it (docs/decisions/0028).

ALTER TABLE outbox
    -- The transaction that wrote the row, or a later one where a change before it in its conversation has that: within a
    -- conversation never less than the change before. Whoever waits until it is over has every row up to it.
    ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();

-- What changed in a conversation, and everywhere, after a place in that order.
CREATE INDEX outbox_conversation_xid_idx ON outbox (conversation_id, xid, coalesce(change_seq, 0), id)
    WHERE conversation_id IS NOT NULL;
CREATE INDEX outbox_xid_idx ON outbox (xid);
-- What is told to one user alone: their account's events, and that they are a member no longer.
CREATE INDEX outbox_own_xid_idx ON outbox (user_id, xid, coalesce(change_seq, 0), id)
    WHERE conversation_id IS NULL OR type = 'member.removed';

-- A transaction gets its number before it waits for the conversation's row, so of two changes the later can have the lower
-- one. The row lock, which the writer holds by now, makes every change before this one visible here.
CREATE FUNCTION order_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.xid := greatest(NEW.xid, (
        SELECT before.xid FROM outbox AS before
        WHERE before.conversation_id = NEW.conversation_id
        ORDER BY before.xid DESC
        LIMIT 1
    ));
    RETURN NEW;
END
$$;
CREATE TRIGGER outbox_order BEFORE INSERT ON outbox FOR EACH ROW
    WHEN (NEW.change_seq IS NOT NULL)
    EXECUTE FUNCTION order_change();

-- One row: which log this is, and how far its beginning is gone.
CREATE TABLE change_log (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- Tells this log from that of a database before or after it: tokens name it. Whoever restores a backup gives a new one.
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    -- The highest place that rows were removed at; tokens from before it lead nowhere.
    removed_xid xid8 NOT NULL DEFAULT '0'
);
INSERT INTO change_log DEFAULT VALUES;

-- Whatever removes rows says how far: then no token leads over a gap without its holder being told.
CREATE FUNCTION note_removed_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE change_log SET removed_xid = gone.xid
    FROM (SELECT max(removed.xid) AS xid FROM removed) AS gone
    WHERE gone.xid > change_log.removed_xid;
    RETURN NULL;
END
$$;
CREATE TRIGGER outbox_removed AFTER DELETE ON outbox REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION note_removed_changes();

-- A user's conversations in the order of their ids, for pages that nothing moves in.
CREATE INDEX members_user_id_conversation_id_idx ON members (user_id, conversation_id) WHERE left_at IS NULL;
DROP INDEX members_user_id_idx;
-- Those a user has been in: that one of them was ended is told to whoever was a member then.
CREATE INDEX members_left_at_idx ON members (user_id, left_at) WHERE left_at IS NOT NULL;
