-- The role that the functions log in as. It has no password: members of rds_iam log in by tokens of IAM and by nothing else. What
-- the migrations make is its own; it may make neither roles nor databases.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'talkify_functions') THEN
        CREATE ROLE talkify_functions LOGIN;
    END IF;
    GRANT rds_iam TO talkify_functions;
    EXECUTE format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO talkify_functions', current_database());
    GRANT USAGE, CREATE ON SCHEMA public TO talkify_functions;
END
$$;
