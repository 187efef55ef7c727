-- Administration finds users by what is special about them.
CREATE INDEX users_role_username_idx ON users (role, username) WHERE role <> 'user';
CREATE INDEX users_suspended_idx ON users (username) WHERE suspended_at IS NOT NULL;
