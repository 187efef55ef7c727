-- What a restore from a backup needs: to know whose backup it is, and what must not come back with it.

-- One row: which deployment this database is of. A dump carries it, so that copies of keys and ledgers of shreds are told from
-- those of others.
CREATE TABLE deployment (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    -- What of the keyring the locked bucket has a copy of (SHA-256), and since when.
    keyring_digest bytea CHECK (octet_length(keyring_digest) = 32),
    keyring_copied_at timestamptz
);
INSERT INTO deployment DEFAULT VALUES;

-- What was destroyed for ever and is not in the ledger outside the database yet. Written by the statement that destroys, taken
-- away by the worker that has carried it there. Ids only.
CREATE TABLE shreds (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    -- conversation: it has ended, and every key it had went; epochs: those keys of it; account: a user was erased.
    kind text NOT NULL CHECK (kind IN ('conversation', 'epochs', 'account')),
    subject_id uuid NOT NULL,
    epochs integer[] NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX shreds_at_idx ON shreds (at, id);

-- Triggers, so that no statement that destroys keys can forget to (docs/decisions/0042).
CREATE FUNCTION note_shredded_keys() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO shreds (kind, subject_id, epochs)
    SELECT CASE WHEN conversation.id IS NULL OR conversation.deleted_at IS NOT NULL THEN 'conversation' ELSE 'epochs' END,
           gone.conversation_id, array_agg(gone.epoch ORDER BY gone.epoch)
    FROM gone
    LEFT JOIN conversations AS conversation ON conversation.id = gone.conversation_id
    GROUP BY gone.conversation_id, conversation.id, conversation.deleted_at;
    RETURN NULL;
END
$$;
CREATE TRIGGER conversation_keys_shredded AFTER DELETE ON conversation_keys REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION note_shredded_keys();

CREATE FUNCTION note_erased_account() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO shreds (kind, subject_id) VALUES ('account', NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER users_erased AFTER UPDATE OF deleted_at ON users FOR EACH ROW
    WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
    EXECUTE FUNCTION note_erased_account();

-- A dump without the keyring's rows can be restored, and the keyring put back from its own copy: what is there is not checked
-- when the constraints are made, only what comes.
ALTER TABLE conversation_keys
    DROP CONSTRAINT conversation_keys_keyring_id_fkey,
    ADD CONSTRAINT conversation_keys_keyring_id_fkey FOREIGN KEY (keyring_id) REFERENCES keys.keyring NOT VALID;
ALTER TABLE keys.rotations
    DROP CONSTRAINT rotations_keyring_id_fkey,
    ADD CONSTRAINT rotations_keyring_id_fkey FOREIGN KEY (keyring_id) REFERENCES keys.keyring NOT VALID;
