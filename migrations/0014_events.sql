-- Events that are told for certain, what consumers have done with them, and what workers say of themselves.

ALTER TABLE outbox
    -- When the sweep sends the event if nobody has told it until then; later with each time it was sent (docs/decisions/0030).
    ADD COLUMN due_at timestamptz NOT NULL DEFAULT now() + interval '10 seconds';
CREATE INDEX outbox_due_idx ON outbox (due_at) WHERE published_at IS NULL;
DROP INDEX outbox_waiting_idx;

-- What a consumer of events has done, written in the transaction of its effect, so that an event that comes twice has one
-- effect. Kept longer than a message lives in a queue and its dead letters together.
CREATE TABLE processed (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX processed_at_idx ON processed (at);

-- What the environments of the workers have done, a row for each and five minutes. It is told to admins and nothing hangs on
-- it, so that a crash may take it.
CREATE UNLOGGED TABLE worker_stats (
    id uuid PRIMARY KEY,
    queue text NOT NULL,
    -- When the five minutes began.
    slot timestamptz NOT NULL,
    processed bigint NOT NULL,
    -- Attempts that failed and were not the last.
    retried bigint NOT NULL,
    dead_lettered bigint NOT NULL,
    -- Of the tasks that were taken up, how long the one that had waited longest had waited.
    oldest_age_ms bigint NOT NULL,
    -- Tasks by how long they took: buckets of shared::worker::Durations.
    durations bigint[] NOT NULL
);
CREATE INDEX worker_stats_slot_idx ON worker_stats (slot);
