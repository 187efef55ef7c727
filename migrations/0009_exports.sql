-- Archives of everything a user may see, each made by a worker when its user asks for it.

CREATE TABLE exports (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    -- pending: waits for a worker; running: is being made; ready: can be fetched until it expires; failed: five attempts were
    -- in vain; erased: its user is gone, and a worker is still to delete what is in the bucket, and this row with it.
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'ready', 'failed', 'erased')),
    requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- When the sweep last put it on the queue; null while only the request did, or nobody.
    sent_at timestamptz,
    -- How often a worker has begun, and which beginning is the latest: what an earlier one does no longer counts.
    attempts integer NOT NULL DEFAULT 0,
    run_id uuid,
    started_at timestamptz,
    finished_at timestamptz,
    -- Where the archive is in the bucket, its bytes, and until when it is there.
    object_key text,
    size bigint,
    expires_at timestamptz,
    CHECK (state <> 'running' OR (run_id IS NOT NULL AND started_at IS NOT NULL)),
    CHECK (state <> 'ready' OR (object_key IS NOT NULL AND size IS NOT NULL AND expires_at IS NOT NULL)),
    CHECK ((state IN ('ready', 'failed')) <= (finished_at IS NOT NULL))
);
-- One at a time for each user, also when two ask at the same moment.
CREATE UNIQUE INDEX exports_unfinished_key ON exports (user_id) WHERE state IN ('pending', 'running');
CREATE INDEX exports_user_id_idx ON exports (user_id, requested_at DESC, id DESC);
-- The sweep walks what is to be done and what is long done.
CREATE INDEX exports_waiting_idx ON exports (requested_at) WHERE state IN ('pending', 'running', 'erased');
CREATE INDEX exports_finished_at_idx ON exports (finished_at) WHERE state IN ('ready', 'failed');

-- Whose things a worker may read now: its statements begin here, as those of endpoints begin at live_sessions.
CREATE VIEW running_exports AS
SELECT export.id, export.run_id, export.user_id
FROM exports AS export
JOIN users ON users.id = export.user_id
WHERE export.state = 'running' AND users.deleted_at IS NULL;
