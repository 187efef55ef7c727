-- How often callers may ask, and what a repeated request is answered.

-- The generic cell rate algorithm (GCRA, ITU-T I.371): one time for each limited thing, at which the next request would be
-- due if all came evenly. A crash of Postgres forgets it, which costs nothing and saves the WAL.
CREATE UNLOGGED TABLE rate_limits (
    -- The limit's name with a user's id, or with a keyed hash of an address or a user name.
    key bytea PRIMARY KEY,
    due timestamptz NOT NULL,
    -- When a refusal was last recorded in the audit log.
    refused_at timestamptz
);
CREATE INDEX rate_limits_due_idx ON rate_limits (due);

-- Takes `cost` of a limit that grants `burst` at once and one more each `period_us` microseconds; always one row.
-- ahead_us: how far the due time now is, or would be, ahead of the clock. newly_refused: a refusal, and the first for a minute.
-- The clock is read again under the row's lock: a time from before the wait would grant one too few. Without ROWS 1 the planner
-- would reckon with a thousand rows, and plan what joins on to it for that.
CREATE FUNCTION take_from_limit(the_key bytea, period_us bigint, burst integer, cost integer)
RETURNS TABLE (allowed boolean, ahead_us bigint, newly_refused boolean)
LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
    step interval := make_interval(secs => period_us * cost / 1000000.0);
    room interval := make_interval(secs => period_us * burst / 1000000.0);
    next_due timestamptz;
BEGIN
    INSERT INTO rate_limits AS held (key, due)
    SELECT the_key, clock_timestamp() + step WHERE cost <= burst
    ON CONFLICT (key) DO UPDATE SET due = greatest(held.due, clock_timestamp()) + step
    WHERE greatest(held.due, clock_timestamp()) + step <= clock_timestamp() + room
    RETURNING due INTO next_due;
    allowed := FOUND;
    newly_refused := false;
    IF NOT allowed THEN
        UPDATE rate_limits AS held SET refused_at = clock_timestamp()
        WHERE held.key = the_key
          AND (held.refused_at IS NULL OR held.refused_at < clock_timestamp() - interval '1 minute');
        newly_refused := FOUND;
        SELECT greatest(held.due, clock_timestamp()) + step INTO next_due FROM rate_limits AS held WHERE held.key = the_key;
    END IF;
    ahead_us := ceil(extract(epoch FROM coalesce(next_due, clock_timestamp() + step) - clock_timestamp()) * 1000000);
    RETURN NEXT;
END
$$;

-- The key of what one user, or one session, has of a limit. An id is no secret in the database it comes from.
CREATE FUNCTION limit_key(limited text, id uuid) RETURNS bytea
LANGUAGE sql IMMUTABLE
RETURN convert_to(limited || ' ', 'UTF8') || uuid_send(id);

-- Answers of requests that came with an Idempotency-Key, kept for a day by the statement of the change itself.
CREATE TABLE idempotency (
    -- SHA-256 of the operation, of whose key it is, and of the key.
    key bytea CONSTRAINT idempotency_key PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- What was asked and answered, sealed under this content K1: an answer may hold a title or tokens.
    keyring_id uuid NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idempotency_created_at_idx ON idempotency (created_at);
CREATE INDEX idempotency_user_id_idx ON idempotency (user_id);

-- The sweep walks what has ended.
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
