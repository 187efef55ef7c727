-- Security events: who did what to whom. Written by the statement of the change; what was refused, in one of its own.

CREATE TABLE audit_events (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- A name of the OWASP logging vocabulary.
    event text NOT NULL,
    -- Who did it, in which session; null when nobody is known.
    actor_id uuid,
    session_id uuid,
    -- Whom or what it was done to.
    subject_type text,
    subject_id uuid,
    -- Where the request came from, and its id.
    address text,
    request_id text,
    -- Numbers, ids and fixed words; never what somebody wrote, so that nobody's erasure has to touch the log.
    detail jsonb NOT NULL DEFAULT '{}',
    -- Its place in audit_log once the worker has chained it.
    chain_seq bigint,
    CHECK ((subject_type IS NULL) = (subject_id IS NULL))
);
CREATE INDEX audit_events_at_idx ON audit_events (at, id);
CREATE INDEX audit_events_actor_id_idx ON audit_events (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_events_subject_id_idx ON audit_events (subject_id, at, id) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_events_event_idx ON audit_events (event, at, id);
CREATE UNIQUE INDEX audit_events_chain_seq_key ON audit_events (chain_seq) WHERE chain_seq IS NOT NULL;
CREATE INDEX audit_events_unchained_idx ON audit_events (at, id) WHERE chain_seq IS NULL;

-- The chain: each entry holds the hash of the one before it, so that nothing in the middle can be changed, moved or taken
-- out. Signed checkpoints outside the database hold its end.
CREATE TABLE audit_log (
    seq bigint PRIMARY KEY,
    event_id uuid NOT NULL CONSTRAINT audit_log_event_id_key UNIQUE,
    at timestamptz NOT NULL,
    -- The event's exact bytes, as audit_bytes writes them.
    bytes bytea NOT NULL,
    -- SHA-256 of: the hash before, seq (8 bytes, big-endian), at (microseconds since 1970, 8 bytes), bytes.
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);

-- One row: the end of the chain, which each batch moves on from where it found it. The chain begins at 32 zero bytes.
CREATE TABLE audit_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- Tells this log from that of a database before or after it: checkpoints name it.
    chain_id uuid NOT NULL DEFAULT gen_random_uuid(),
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    -- The last entry that a checkpoint was signed of. A hint for the worker; what is signed is known from the checkpoints.
    signed_seq bigint NOT NULL DEFAULT 0
);
INSERT INTO audit_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- What is chained of an event: everything but its place in the chain.
CREATE FUNCTION audit_bytes(event audit_events) RETURNS bytea
LANGUAGE sql STABLE
RETURN convert_to(
    jsonb_build_object(
        'id', event.id, 'at', to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'event', event.event, 'actor_id', event.actor_id, 'session_id', event.session_id,
        'subject_type', event.subject_type, 'subject_id', event.subject_id,
        'address', event.address, 'request_id', event.request_id, 'detail', event.detail
    )::text,
    'UTF8'
);

CREATE FUNCTION audit_hash(previous bytea, seq bigint, at timestamptz, bytes bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE
RETURN sha256(previous || int8send(seq) || int8send((extract(epoch FROM at) * 1000000)::bigint) || bytes);

-- The running hash of entries in the order of a window, after an entry with the hash `previous`.
CREATE FUNCTION audit_link(running bytea, previous bytea, seq bigint, at timestamptz, bytes bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE
RETURN audit_hash(coalesce(running, previous), seq, at, bytes);
CREATE AGGREGATE audit_chain(previous bytea, seq bigint, at timestamptz, bytes bytea) (SFUNC = audit_link, STYPE = bytea);

-- The log can only grow. A superuser can drop this; the chain and its checkpoints are there to show that he did.
CREATE FUNCTION refuse_audit_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log can only grow' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_events_grow BEFORE DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
-- The one change an event ever sees is that it gets its place in the chain.
CREATE TRIGGER audit_events_stay BEFORE UPDATE ON audit_events FOR EACH ROW
    WHEN (OLD.chain_seq IS NOT NULL OR NEW.chain_seq IS NULL
          OR (NEW.id, NEW.at, NEW.event) IS DISTINCT FROM (OLD.id, OLD.at, OLD.event)
          OR (NEW.actor_id, NEW.session_id, NEW.subject_type, NEW.subject_id)
             IS DISTINCT FROM (OLD.actor_id, OLD.session_id, OLD.subject_type, OLD.subject_id)
          OR (NEW.address, NEW.request_id, NEW.detail) IS DISTINCT FROM (OLD.address, OLD.request_id, OLD.detail))
    EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
