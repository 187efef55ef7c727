-- Where users are told of messages while no app of theirs is connected, and what happened in each hour.

-- A device is an installation of an app, or a browser, that is logged in. It goes with its session, however that ends.
CREATE TABLE devices (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- The client's own name for it: two users of one telephone may both know it by the same id.
    id uuid NOT NULL,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    platform text NOT NULL CHECK (platform IN ('apns', 'fcm', 'web')),
    -- The app among those of the deployment; for APNs its topic.
    app_id text,
    -- BCP 47; handed back with each push, so that the device finds its words.
    locale text,
    -- SHA-256 of the token or endpoint, which are random: what finds the one that has it already.
    token_hash bytea NOT NULL CONSTRAINT devices_token_key UNIQUE CHECK (octet_length(token_hash) = 32),
    -- The token, or a browser's endpoint and keys, sealed under this content K1.
    keyring_id uuid NOT NULL REFERENCES keys.keyring,
    sealed bytea NOT NULL,
    -- One of the user's 25 places: that is what holds the number exactly, as with sessions (docs/decisions/0012).
    place smallint NOT NULL CHECK (place BETWEEN 1 AND 25),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id),
    CONSTRAINT devices_place_key UNIQUE (user_id, place)
);
CREATE INDEX devices_session_id_idx ON devices (session_id);
-- Rotation walks what is still sealed under an old K1.
CREATE INDEX devices_keyring_id_idx ON devices (keyring_id, user_id, id);

-- Sessions end in many statements: a log-out, a new password, a suspension, a 26th log-in. None of them may forget this.
CREATE FUNCTION forget_devices() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM devices WHERE session_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER sessions_forget_devices AFTER UPDATE OF revoked_at ON sessions FOR EACH ROW
    WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL)
    EXECUTE FUNCTION forget_devices();

-- What happened in an hour, all users together (docs/decisions/0036).
CREATE TABLE analytics_hourly (
    -- Its beginning.
    hour timestamptz PRIMARY KEY CHECK (hour = date_trunc('hour', hour, 'UTC')),
    -- As GET /v1/admin/analytics shows it.
    counts jsonb NOT NULL,
    computed_at timestamptz NOT NULL DEFAULT now()
);

-- One row: every hour before this one is final. Null before the first run.
CREATE TABLE analytics_progress (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    final_before timestamptz CHECK (final_before = date_trunc('hour', final_before, 'UTC'))
);
INSERT INTO analytics_progress DEFAULT VALUES;

-- Events of an hour. They come nearly in the order of their time, so that ranges of pages tell enough: a few kilobytes, and
-- next to nothing for whoever writes.
CREATE INDEX outbox_created_at_idx ON outbox USING brin (created_at) WITH (pages_per_range = 16, autosummarize = on);
