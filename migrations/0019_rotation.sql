-- How keys come to an end: when a conversation's epoch is no longer used, and which keyring keys are being replaced
-- (docs/decisions/0039 and 0040).

ALTER TABLE conversations
    -- The highest number that an epoch of the conversation has: `epoch` itself, or that of a day.
    ADD COLUMN last_epoch integer NOT NULL DEFAULT 1,
    -- Epochs that began before this seal nothing any more: somebody has gone, or an admin wanted it so. Null: never.
    ADD COLUMN epochs_due_at timestamptz;
UPDATE conversations SET last_epoch = epoch WHERE epoch > last_epoch;

ALTER TABLE conversation_keys
    -- The first message that the epoch can have sealed.
    ADD COLUMN first_seq bigint NOT NULL DEFAULT 1,
    -- Of messages that disappear on this day (UTC), with which the key is destroyed; null: of those that stay.
    ADD COLUMN day date;
CREATE INDEX conversation_keys_day_idx ON conversation_keys (conversation_id, day, epoch) WHERE day IS NOT NULL;
CREATE INDEX conversation_keys_ended_idx ON conversation_keys (day) WHERE day IS NOT NULL;
-- Rotation walks what is sealed under an old K1, and asks whether anything is.
CREATE INDEX conversation_keys_keyring_idx ON conversation_keys (keyring_id, conversation_id, epoch);
DROP INDEX conversation_keys_keyring_id_idx;
CREATE INDEX users_email_keyring_idx ON users (email_keyring_id, id) WHERE email_keyring_id IS NOT NULL;
CREATE INDEX credentials_keyring_idx ON credentials (keyring_id, user_id);
CREATE INDEX idempotency_keyring_idx ON idempotency (keyring_id, key);
CREATE INDEX media_keyring_idx ON media (details_keyring_id, id) WHERE details_keyring_id IS NOT NULL;
CREATE INDEX reports_keyring_idx ON reports (comment_keyring_id, id) WHERE comment_keyring_id IS NOT NULL;

-- One row: what holds for the keys of all conversations at once.
CREATE TABLE keys.policy (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- As conversations.epochs_due_at, for all of them.
    epochs_due_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO keys.policy DEFAULT VALUES;

-- Whether an epoch that began then may seal one more message: for 7 days, 2^20 messages, and until it is due.
CREATE FUNCTION epoch_serves(began_at timestamptz, first_seq bigint, last_seq bigint, due_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
RETURN began_at >= coalesce(due_at, '-infinity') AND began_at > now() - interval '7 days'
       AND last_seq - first_seq + 1 < 1048576;

-- The epoch that seals what is said now and stays (no day), or disappears on a day; no row where there is none yet.
CREATE FUNCTION latest_epoch(conversation uuid, current_epoch integer, the_day date)
RETURNS TABLE (epoch integer, keyring_id uuid, sealed bytea, began_at timestamptz, first_seq bigint)
LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
    SELECT lasting.epoch, lasting.keyring_id, lasting.sealed, lasting.created_at, lasting.first_seq
    FROM conversation_keys AS lasting
    WHERE lasting.conversation_id = latest_epoch.conversation AND lasting.epoch = current_epoch AND the_day IS NULL
    UNION ALL
    (SELECT of_day.epoch, of_day.keyring_id, of_day.sealed, of_day.created_at, of_day.first_seq
     FROM conversation_keys AS of_day
     WHERE of_day.conversation_id = latest_epoch.conversation AND of_day.day = the_day
     ORDER BY of_day.epoch DESC
     LIMIT 1);
END;

ALTER TABLE keys.keyring
    -- When it stopped sealing. An environment may not know yet, for as long as it remembers which key is active.
    ADD COLUMN replaced_at timestamptz;

-- Replacements of keyring keys: what was asked for, and how far it is.
CREATE TABLE keys.rotations (
    id uuid PRIMARY KEY,
    -- keyring: another active key, under which everything is sealed again; kms_key: the same keys, wrapped once more under the
    -- KMS key that the deployment is configured with.
    kind text NOT NULL CHECK (kind IN ('keyring', 'kms_key')),
    purpose text NOT NULL CHECK (purpose IN ('content', 'credentials')),
    -- The admin who asked; null: the schedule.
    requested_by uuid,
    requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- The key that seals since.
    keyring_id uuid REFERENCES keys.keyring,
    -- Where a kms_key rotation is: every key up to this one is wrapped again.
    after_id uuid,
    started_at timestamptz,
    -- Things sealed, or keys wrapped, again so far; and those that could not be, as of the last walk.
    done bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    finished_at timestamptz,
    CHECK (kind = 'keyring' OR keyring_id IS NULL)
);
-- One at a time, also when two ask at the same moment.
CREATE UNIQUE INDEX rotations_unfinished_key ON keys.rotations (kind, purpose) WHERE finished_at IS NULL;
CREATE INDEX rotations_requested_at_idx ON keys.rotations (requested_at DESC, id DESC);

-- How much each keyring key is used, by day (UTC): one row for each environment that used it, and its sums once the day is
-- over (environment: the nil UUID). Each row only grows, so that writing it twice is writing it once.
CREATE TABLE keys.key_usage_daily (
    day date NOT NULL,
    keyring_id uuid NOT NULL,
    environment uuid NOT NULL,
    -- Things sealed and opened under it, epoch keys opened under it, calls of KMS for it, and what of all that failed.
    seals bigint NOT NULL,
    opens bigint NOT NULL,
    unwraps bigint NOT NULL,
    kms_calls bigint NOT NULL,
    failures bigint NOT NULL,
    first_used_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (keyring_id, day, environment)
);
CREATE INDEX key_usage_daily_day_idx ON keys.key_usage_daily (day) WHERE environment <> '00000000-0000-0000-0000-000000000000';
