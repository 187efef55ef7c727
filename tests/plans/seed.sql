-- A deployment that has been used for a while: a million messages, a busy conversation, a busy user. Keys are made up of
-- numbers, so that rows find each other; nothing sealed opens. Foreign keys and triggers are off: they would only slow it down.
SET session_replication_role = replica;

CREATE FUNCTION pg_temp.key(kind text, number bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE RETURN md5(kind || number)::uuid;

INSERT INTO keys.keyring (id, purpose, wrapped, kms_key, state)
SELECT pg_temp.key('k1', one), 'content', 'x', 'key', CASE WHEN one = 3 THEN 'active' ELSE 'opening' END
FROM generate_series(1, 3) AS one;

INSERT INTO users (id, username, display_name, role, suspended_at, last_seen_at, email_sealed, email_keyring_id)
SELECT pg_temp.key('user', one), 'user_' || one, 'User', CASE WHEN one % 1000 = 0 THEN 'moderator' ELSE 'user' END,
       CASE WHEN one % 500 = 0 THEN now() END, now(), 'x', pg_temp.key('k1', 1)
FROM generate_series(1, 20000) AS one;
INSERT INTO credentials (user_id, keyring_id, password_sealed)
SELECT id, pg_temp.key('k1', 1), 'x' FROM users;
INSERT INTO sessions (id, user_id, access_hash, access_expires_at, expires_at, place)
SELECT pg_temp.key('session', one), pg_temp.key('user', (one + 1) / 2), sha256(one::text::bytea), now() + interval '1 hour',
       now() + interval '90 days', 1 + one % 2
FROM generate_series(1, 40000) AS one;
INSERT INTO refresh_tokens (hash, session_id, expires_at)
SELECT sha256(one::text::bytea), pg_temp.key('session', 1 + one % 40000), now() + interval '14 days'
FROM generate_series(1, 80000) AS one;
INSERT INTO blocks (user_id, blocked_id)
SELECT pg_temp.key('user', one), pg_temp.key('user', 1 + (one * 7919) % 20000)
FROM generate_series(1, 20000) AS one
WHERE one <> 1 + (one * 7919) % 20000;

-- The first has half of all messages; the first user is a member of every second.
INSERT INTO conversations (id, type, created_by, title_sealed, title_epoch, member_count, last_seq, change_seq, updated_at, deleted_at)
SELECT pg_temp.key('chat', one), 'group', pg_temp.key('user', one), 'x', 1, 5,
       CASE WHEN one = 1 THEN 500000 ELSE 25 END, CASE WHEN one = 1 THEN 500000 ELSE 25 END,
       now() - one * interval '1 minute', CASE WHEN one % 1000 = 999 THEN now() END
FROM generate_series(1, 20000) AS one;
INSERT INTO conversations (id, type, created_by, direct_low, direct_high, member_count)
SELECT pg_temp.key('pair', one), 'direct', pair.a, least(pair.a, pair.b), greatest(pair.a, pair.b), 2
FROM generate_series(1, 5000) AS one
CROSS JOIN LATERAL (SELECT pg_temp.key('user', one) AS a, pg_temp.key('user', one + 5000) AS b) AS pair;
INSERT INTO conversation_keys (conversation_id, epoch, keyring_id, sealed)
SELECT id, 1, pg_temp.key('k1', 1), 'x' FROM conversations;
INSERT INTO members (conversation_id, user_id, role, joined_at, left_at)
SELECT pg_temp.key('chat', chat), pg_temp.key('user', 1 + (chat * 31 + place * 1009) % 20000),
       CASE WHEN place = 1 THEN 'owner' ELSE 'member' END, now() - interval '1 day',
       CASE WHEN place = 5 AND chat % 4 = 0 THEN now() END
FROM generate_series(1, 20000) AS chat, generate_series(1, 5) AS place;
INSERT INTO members (conversation_id, user_id, role)
SELECT pg_temp.key('chat', chat), pg_temp.key('user', 1), 'member' FROM generate_series(2, 20000, 2) AS chat
ON CONFLICT (conversation_id, user_id) DO NOTHING;
INSERT INTO members (conversation_id, user_id, role)
SELECT pg_temp.key('chat', 1), pg_temp.key('user', one), 'member' FROM generate_series(1, 1000) AS one
ON CONFLICT (conversation_id, user_id) DO NOTHING;

INSERT INTO messages
    (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed, request_fingerprint, created_at)
SELECT pg_temp.key('chat', place.chat), place.seq, pg_temp.key('message', one), place.seq, pg_temp.key('user', 1 + one % 1000),
       pg_temp.key('client', one), CASE WHEN one % 100 = 0 THEN 'image' ELSE 'text' END, 1, 'x', '', now()
FROM generate_series(1, 1000000) AS one
CROSS JOIN LATERAL (
    SELECT CASE WHEN one <= 500000 THEN 1 ELSE 2 + (one - 500001) / 25 END AS chat,
           CASE WHEN one <= 500000 THEN one ELSE 1 + (one - 500001) % 25 END AS seq
) AS place;
INSERT INTO outbox (id, type, conversation_id, change_seq, message_id, xid, published_at)
SELECT pg_temp.key('event', row_number() OVER ()), 'message.created', conversation_id, change_seq, id,
       (1000 + row_number() OVER ())::text::xid8, CASE WHEN seq % 1000 > 0 THEN now() END
FROM messages;
INSERT INTO outbox (id, type, user_id, xid)
SELECT pg_temp.key('own', one), 'user.updated', pg_temp.key('user', one), '2000000'::xid8
FROM generate_series(1, 20000) AS one;
INSERT INTO outbox (id, type, user_id, about_conversation_id, xid)
SELECT pg_temp.key('flags', one), 'conversation.flags_updated', pg_temp.key('user', 1 + one % 1000), pg_temp.key('chat', one),
       '2000001'::xid8
FROM generate_series(1, 20000) AS one;
INSERT INTO message_revisions (conversation_id, seq, version, epoch, sealed, created_at)
SELECT pg_temp.key('chat', 1), one, 1, 1, 'x', now() FROM generate_series(1, 50000) AS one;
INSERT INTO reactions (conversation_id, seq, user_id, emoji)
SELECT pg_temp.key('chat', 1), one, pg_temp.key('user', 1 + one % 1000), '👍' FROM generate_series(1, 100000) AS one;
INSERT INTO mentions (conversation_id, seq, user_id)
SELECT pg_temp.key('chat', 1), one, pg_temp.key('user', 1 + one % 1000) FROM generate_series(1, 100000) AS one;
INSERT INTO pins (conversation_id, seq, pinned_by)
SELECT pg_temp.key('chat', one), 1, pg_temp.key('user', 1) FROM generate_series(1, 20000) AS one;
INSERT INTO hidden_messages (conversation_id, seq, user_id)
SELECT pg_temp.key('chat', 1), one, pg_temp.key('user', 1 + one % 1000) FROM generate_series(1, 50000) AS one;
INSERT INTO search_tokens (conversation_id, token, seq)
SELECT pg_temp.key('chat', 1 + one % 1000), one % 5000, one FROM generate_series(1, 300000) AS one;
INSERT INTO media (id, owner_id, kind, content_type, size, status)
SELECT pg_temp.key('media', one), pg_temp.key('user', 1 + one % 1000), 'image', 'image/png', 1, 'ready'
FROM generate_series(1, 50000) AS one;
INSERT INTO message_media (conversation_id, seq, position, media_id)
SELECT pg_temp.key('chat', 1), one * 10, 1, pg_temp.key('media', one) FROM generate_series(1, 50000) AS one;
INSERT INTO media_variants (media_id, position, name, width, height, content_type)
SELECT id, place, 'w' || place, 1, 1, 'image/webp' FROM media, generate_series(1, 3) AS place;
INSERT INTO media_reviews (media_id, due) SELECT id, now() + interval '1 hour' FROM media;
INSERT INTO media_remains (media_id, due) SELECT gen_random_uuid(), now() + interval '1 hour' FROM generate_series(1, 10000);
INSERT INTO reports (id, conversation_id, message_id, reporter_id, reason)
SELECT pg_temp.key('report', one), pg_temp.key('chat', 1), pg_temp.key('message', one), pg_temp.key('user', 1 + one % 1000), 'spam'
FROM generate_series(1, 20000) AS one;
INSERT INTO exports (id, user_id, state, finished_at, object_key, size, expires_at)
SELECT pg_temp.key('export', one), pg_temp.key('user', 1 + one % 1000), 'ready', now(), 'x', 1, now()
FROM generate_series(1, 20000) AS one;
INSERT INTO exports (id, user_id)
SELECT pg_temp.key('asked', one), pg_temp.key('user', one) FROM generate_series(1, 5000) AS one;
INSERT INTO idempotency (key, user_id, keyring_id, sealed)
SELECT sha256(one::text::bytea), pg_temp.key('user', 1 + one % 1000), pg_temp.key('k1', 1), 'x'
FROM generate_series(1, 20000) AS one;
INSERT INTO rate_limits (key, due) SELECT sha256(one::text::bytea), now() FROM generate_series(1, 20000) AS one;
INSERT INTO audit_events (id, event, actor_id, subject_type, subject_id, chain_seq)
SELECT pg_temp.key('audit', one), 'authn_login_success', pg_temp.key('user', 1 + one % 1000), 'user',
       pg_temp.key('user', 1 + one % 1000), CASE WHEN one < 100000 THEN one END
FROM generate_series(1, 100100) AS one;
INSERT INTO worker_stats (slot, queue, environment, processed, retried, dead_lettered, oldest_age_ms, durations)
SELECT now() - one / 40 * interval '5 minutes', 'events', pg_temp.key('environment', one % 40), 1, 0, 0, 1, array_fill(1::bigint, ARRAY[80])
FROM generate_series(1, 11000) AS one;
INSERT INTO audit_log (seq, event_id, at, bytes, hash)
SELECT one, pg_temp.key('audit', one), now(), 'x', sha256(one::text::bytea) FROM generate_series(1, 100000) AS one;
INSERT INTO connections (connection_id, user_id, session_id, place, expires_at)
SELECT 'connection' || one, pg_temp.key('user', (one + 1) / 2), pg_temp.key('session', one), 1, now() + interval '2 hours'
FROM generate_series(1, 20000) AS one;
INSERT INTO socket_tickets (hash, user_id, session_id, expires_at)
SELECT sha256(one::text::bytea), pg_temp.key('user', (one + 1) / 2), pg_temp.key('session', one), now() + interval '30 seconds'
FROM generate_series(1, 20000) AS one;
INSERT INTO tellings (id, told_at) SELECT pg_temp.key('chat', one), now() FROM generate_series(1, 20000) AS one;

INSERT INTO devices (user_id, id, session_id, platform, token_hash, keyring_id, sealed, place)
SELECT pg_temp.key('user', (one + 1) / 2), pg_temp.key('device', one), pg_temp.key('session', one), 'fcm', sha256(one::text::bytea),
       pg_temp.key('k1', 1), 'x', 1 + one % 2
FROM generate_series(1, 40000) AS one;
INSERT INTO push_deliveries (event_id, user_id, device_id, platform, state, attempt_id, created_at)
SELECT pg_temp.key('event', one), pg_temp.key('user', 1 + one % 20000), pg_temp.key('device', 1 + one % 40000), 'fcm', 'sent',
       pg_temp.key('attempt', one), now() - one * interval '1 second'
FROM generate_series(1, 100000) AS one;
INSERT INTO webhooks (id, url, events, secret_id, secret_keyring_id, secret_sealed, place)
SELECT pg_temp.key('webhook', one), 'https://example.org', '{message.created}', pg_temp.key('secret', one), pg_temp.key('k1', 1), 'x', one
FROM generate_series(1, 50) AS one;
INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, occurred_at, data, state, created_at, finished_at)
SELECT pg_temp.key('delivery', one), pg_temp.key('webhook', 1 + one % 50), pg_temp.key('event', one), 'message.created', now(), '{}',
       'delivered', now() - one * interval '1 second', now() - one * interval '1 second'
FROM generate_series(1, 100000) AS one;
INSERT INTO analytics_hourly (hour, counts)
SELECT date_trunc('hour', now(), 'UTC') - one * interval '1 hour', '{}' FROM generate_series(1, 10000) AS one;

RESET session_replication_role;
ANALYZE;
