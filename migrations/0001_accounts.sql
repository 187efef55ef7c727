-- Users, their credentials and their sessions.

CREATE TABLE users (
    id uuid PRIMARY KEY,
    -- Lower case, so that uniqueness is case-insensitive; "C" makes prefix search an index range.
    username text COLLATE "C" NOT NULL CONSTRAINT users_username_key UNIQUE,
    display_name text NOT NULL,
    bio text NOT NULL DEFAULT '',
    avatar_media_id uuid,
    role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'moderator', 'admin', 'auditor')),
    presence text NOT NULL DEFAULT 'online' CHECK (presence IN ('online', 'away', 'busy', 'invisible')),
    status_text text,
    status_emoji text,
    status_expires_at timestamptz,
    -- Personal data is sealed in its own context under the content keyring.
    email_sealed bytea,
    email_keyring_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    suspended_at timestamptz,
    deleted_at timestamptz,
    CHECK ((email_sealed IS NULL) = (email_keyring_id IS NULL))
);

-- Apart from users: only the functions that check passwords read it.
CREATE TABLE credentials (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    -- Counts the user's passwords; bound into the sealing, so that an older hash cannot be put back.
    version integer NOT NULL DEFAULT 1,
    keyring_id uuid NOT NULL,
    -- The argon2id PHC string, sealed under the credentials keyring.
    password_sealed bytea NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    device_name text,
    -- SHA-256 of the access token that is good now; tokens themselves are never stored.
    access_hash bytea NOT NULL CONSTRAINT sessions_access_hash_key UNIQUE,
    access_expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id, created_at DESC) WHERE revoked_at IS NULL;

CREATE TABLE refresh_tokens (
    -- SHA-256 of the token.
    hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);

-- Who may act now. Every endpoint's statement begins here, so that a revoked session or a suspended user is out at the
-- next request, whatever the authorizer has cached.
CREATE VIEW live_sessions AS
SELECT session.id, session.user_id, users.role
FROM sessions AS session
JOIN users ON users.id = session.user_id
WHERE session.revoked_at IS NULL
  AND session.access_expires_at > now()
  AND users.suspended_at IS NULL
  AND users.deleted_at IS NULL;
