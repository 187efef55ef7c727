-- What is sent to addresses outside: webhooks with their deliveries, and which device was told of which event.

CREATE TABLE webhooks (
    id uuid PRIMARY KEY,
    url text NOT NULL,
    -- The types of events that it is told of.
    events text[] NOT NULL CHECK (cardinality(events) > 0),
    description text NOT NULL DEFAULT '',
    enabled boolean NOT NULL DEFAULT true,
    -- Why we have disabled it: failing, for a day without one success; gone, its receiver said so (410).
    disabled_reason text CHECK (disabled_reason IN ('failing', 'gone')),
    -- What deliveries are signed with, sealed under these content K1s, each bound to its id; the one before is good until its
    -- time, so that receivers can change over.
    secret_id uuid NOT NULL,
    secret_keyring_id uuid NOT NULL REFERENCES keys.keyring,
    secret_sealed bytea NOT NULL,
    old_secret_id uuid,
    old_keyring_id uuid REFERENCES keys.keyring,
    old_sealed bytea,
    old_until timestamptz,
    -- Since when no delivery has succeeded; null after one that has.
    failing_since timestamptz,
    -- One of the deployment's 50 places, which holds the number exactly.
    place smallint NOT NULL CONSTRAINT webhooks_place_key UNIQUE CHECK (place BETWEEN 1 AND 50),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (disabled_reason IS NULL OR NOT enabled),
    CHECK ((old_sealed IS NULL) = (old_keyring_id IS NULL) AND (old_sealed IS NULL) = (old_until IS NULL))
);
CREATE INDEX webhooks_created_at_idx ON webhooks (created_at DESC, id DESC);
CREATE INDEX webhooks_secret_keyring_id_idx ON webhooks (secret_keyring_id);
CREATE INDEX webhooks_old_keyring_id_idx ON webhooks (old_keyring_id) WHERE old_keyring_id IS NOT NULL;

-- That a webhook is told of an event: once, however often it is tried.
CREATE TABLE webhook_deliveries (
    id uuid PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    event_id uuid NOT NULL,
    -- What is told, since the outbox may be gone when it is told again: ids only.
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    data jsonb NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    -- The latest attempt, and until when nobody else begins one.
    attempt_id uuid,
    leased_until timestamptz,
    -- When the next attempt is to be.
    due_at timestamptz NOT NULL DEFAULT now(),
    -- What the last attempt was answered, or a fixed word that says why it was not.
    status integer,
    failure text,
    duration_ms integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT webhook_deliveries_event_key UNIQUE (webhook_id, event_id),
    CHECK ((state = 'pending') = (finished_at IS NULL))
);
CREATE INDEX webhook_deliveries_created_at_idx ON webhook_deliveries (webhook_id, created_at DESC, id DESC);
-- The sweep walks the oldest.
CREATE INDEX webhook_deliveries_age_idx ON webhook_deliveries (created_at);
-- Hours are counted by what was done in them.
CREATE INDEX webhook_deliveries_finished_at_idx ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;

-- That a device is told of an event: once at the most. Without foreign keys: it outlives both.
CREATE TABLE push_deliveries (
    event_id uuid NOT NULL,
    user_id uuid NOT NULL,
    device_id uuid NOT NULL,
    platform text NOT NULL,
    -- sending: by the attempt below, and never again if that died over it; retry: its provider asked for another attempt;
    -- sent; refused: the provider takes it from nobody; gone: it no longer knows the device; dropped: too late, or nothing is set up.
    state text NOT NULL DEFAULT 'sending' CHECK (state IN ('sending', 'retry', 'sent', 'refused', 'gone', 'dropped')),
    attempt_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, user_id, device_id)
);
CREATE INDEX push_deliveries_created_at_idx ON push_deliveries (created_at);
