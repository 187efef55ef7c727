-- WebSockets: the tickets that open them, who has which, and who was told lately that something changed.

-- Both tables hold what is worth nothing after hours; a crash of Postgres may forget it, which closes nothing and saves the WAL.
CREATE UNLOGGED TABLE socket_tickets (
    -- SHA-256 of the ticket.
    hash bytea PRIMARY KEY,
    user_id uuid NOT NULL,
    session_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    -- The connection that spent it.
    connection_id text
);
CREATE INDEX socket_tickets_expires_at_idx ON socket_tickets (expires_at);

-- No foreign keys: that a session or its user is gone must close its sockets, not forget them.
CREATE TABLE connections (
    -- The gateway's.
    connection_id text COLLATE "C" PRIMARY KEY,
    user_id uuid NOT NULL,
    session_id uuid NOT NULL,
    -- A session's sockets have places, which holds their number exactly (as docs/decisions/0012 does for sessions).
    -- `shared::limits::SOCKETS`.
    place smallint NOT NULL CHECK (place BETWEEN 1 AND 10),
    connected_at timestamptz NOT NULL DEFAULT now(),
    -- When the client last sent a frame, to half a minute.
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    -- The gateway ends every connection after two hours.
    expires_at timestamptz NOT NULL,
    CONSTRAINT connections_place_key UNIQUE (session_id, place)
);
CREATE INDEX connections_user_id_idx ON connections (user_id, connection_id);
CREATE INDEX connections_expires_at_idx ON connections (expires_at);
CREATE INDEX connections_last_seen_at_idx ON connections (last_seen_at);

-- Sessions whose sockets are told things. Unlike live_sessions it asks for no fresh access token: a client that only listens
-- has no reason to refresh it, and its socket ends with the two hours (docs/decisions/0033).
CREATE VIEW open_sessions AS
SELECT session.id, session.user_id
FROM sessions AS session
JOIN users ON users.id = session.user_id
WHERE session.revoked_at IS NULL
  AND session.expires_at > now()
  AND users.suspended_at IS NULL
  AND users.deleted_at IS NULL;

-- Who hears of things now, and on which connection.
CREATE VIEW listeners AS
SELECT connection.connection_id, connection.user_id
FROM connections AS connection
JOIN open_sessions AS session ON session.id = connection.session_id AND session.user_id = connection.user_id
WHERE connection.expires_at > now();

-- What is told of often is told of once in a while: when it was last, and until when a delayed telling is under way.
CREATE UNLOGGED TABLE tellings (
    -- A conversation that changes, or a user whose presence does.
    id uuid PRIMARY KEY,
    told_at timestamptz NOT NULL,
    waits_until timestamptz
);
CREATE INDEX tellings_told_at_idx ON tellings (told_at);

-- Whether others were told that a user is there; the sweep tells them when it is so no longer.
ALTER TABLE users ADD COLUMN shown_online boolean NOT NULL DEFAULT false;
CREATE INDEX users_shown_online_idx ON users (last_seen_at) WHERE shown_online;
-- Statuses whose time is over.
CREATE INDEX users_status_expires_at_idx ON users (status_expires_at) WHERE status_expires_at IS NOT NULL;
