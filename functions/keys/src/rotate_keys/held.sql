-- Keyring keys, the oldest first, and whether anything is sealed under each. $1: one of them, or null for all.
-- Everything is looked for in the order of an index that begins with the key: else, where most rows name one key, all are read to
-- find that none names another.
SELECT key.id, key.purpose, key.state,
       (SELECT count(*) FROM (SELECT FROM conversation_keys WHERE keyring_id BETWEEN key.id AND key.id ORDER BY keyring_id LIMIT 1) AS one) > 0
       OR (SELECT count(*) FROM (SELECT FROM users WHERE email_keyring_id = key.id ORDER BY id LIMIT 1) AS one) > 0
       OR (SELECT count(*) FROM (SELECT FROM idempotency AS held WHERE held.keyring_id = key.id ORDER BY held.key LIMIT 1) AS one) > 0
       OR (SELECT count(*) FROM (SELECT FROM media WHERE details_keyring_id = key.id ORDER BY id LIMIT 1) AS one) > 0
       OR (SELECT count(*) FROM (SELECT FROM reports WHERE comment_keyring_id = key.id ORDER BY id LIMIT 1) AS one) > 0
       OR (SELECT count(*) FROM (SELECT FROM devices WHERE keyring_id = key.id ORDER BY user_id, id LIMIT 1) AS one) > 0
       OR (SELECT count(*) FROM (SELECT FROM webhooks WHERE secret_keyring_id = key.id OR old_keyring_id = key.id LIMIT 1) AS one) > 0
       OR (SELECT count(*) FROM (SELECT FROM credentials WHERE keyring_id = key.id ORDER BY user_id LIMIT 1) AS one) > 0 AS "held!",
       -- What a version before this one sealed under a key that is for something else (`Kind::purpose_before`).
       key.purpose = 'content'
       AND (SELECT count(*) FROM (SELECT FROM media WHERE details_keyring_id = key.id ORDER BY id LIMIT 1) AS one) > 0 AS "astray!"
FROM keys.keyring AS key
WHERE $1::uuid IS NULL OR key.id = $1
ORDER BY key.created_at, key.id
