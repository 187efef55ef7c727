-- The one refresh token of a session that can still be used: without it and with an access token that is over, nobody is logged in by it.
-- Those that were used are many.
CREATE INDEX refresh_tokens_usable_idx ON refresh_tokens (session_id, expires_at) WHERE used_at IS NULL;
