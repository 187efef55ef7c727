-- Takes devices to be told of an event ($1) for an attempt ($2): so many ($5) after the last one looked at ($3, $4). Safe to
-- repeat with the same arguments. A row for each device that was looked at; $6: whether it may be said who wrote.
WITH said AS (
    SELECT message.conversation_id, message.seq, message.id, message.sender_id
    FROM outbox AS event
    JOIN messages AS message ON message.id = event.message_id
    WHERE event.id = $1
      AND event.type = 'message.created'
      -- What is older nobody wants to be woken for.
      AND event.created_at > now() - interval '1 day'
      AND message.type <> 'system'
      AND message.deleted_at IS NULL
      AND (message.expires_at IS NULL OR message.expires_at > now())
      AND NOT EXISTS (
          SELECT FROM silenced_conversations AS silenced WHERE silenced.conversation_id = message.conversation_id
      )
),
concerned AS (
    SELECT said.*, member.user_id, mention.user_id IS NOT NULL AS mentioned,
           greatest(said.seq - coalesce(member.marked_seq, member.read_seq) - member.own_unread, 1) AS unread_count
    FROM said
    JOIN members AS member ON member.conversation_id = said.conversation_id
    JOIN users ON users.id = member.user_id
    LEFT JOIN mentions AS mention
           ON mention.conversation_id = said.conversation_id AND mention.seq = said.seq AND mention.user_id = member.user_id
    WHERE member.left_at IS NULL
      AND member.user_id <> said.sender_id
      AND member.read_seq < said.seq
      AND member.joined_seq < said.seq
      AND (mention.user_id IS NOT NULL OR coalesce(member.muted_until <= now(), true))
      AND users.suspended_at IS NULL
      AND users.deleted_at IS NULL
      -- Who is connected hears of it there.
      AND NOT EXISTS (SELECT FROM listeners WHERE listeners.user_id = member.user_id)
      AND NOT EXISTS (
          SELECT FROM hidden_messages AS hidden
          WHERE hidden.conversation_id = said.conversation_id AND hidden.seq = said.seq AND hidden.user_id = member.user_id
      )
),
found AS (
    SELECT concerned.*, device.id AS device_id, device.platform, device.app_id, device.locale, device.token_hash,
           device.keyring_id, device.sealed
    FROM concerned
    JOIN devices AS device ON device.user_id = concerned.user_id
    JOIN sessions AS session ON session.id = device.session_id
    WHERE (device.user_id, device.id) > ($3, $4)
      AND session.revoked_at IS NULL
      AND session.expires_at > now()
    ORDER BY device.user_id, device.id
    LIMIT $5
),
taken AS (
    INSERT INTO push_deliveries AS held (event_id, user_id, device_id, platform, attempt_id)
    SELECT $1, found.user_id, found.device_id, found.platform, $2 FROM found
    ON CONFLICT (event_id, user_id, device_id) DO UPDATE SET state = 'sending', attempt_id = excluded.attempt_id
    -- Its provider asked for it, or it is our own earlier run.
    WHERE held.state = 'retry' OR (held.state = 'sending' AND held.attempt_id = excluded.attempt_id)
    RETURNING held.user_id, held.device_id
)
SELECT found.user_id AS "user_id!",
       found.device_id AS "device_id!",
       found.platform AS "platform!",
       found.app_id AS "app_id?",
       found.locale AS "locale?",
       found.token_hash AS "token_hash!",
       found.keyring_id AS "keyring_id!",
       found.sealed AS "sealed!",
       found.conversation_id AS "conversation_id!",
       found.id AS "message_id!",
       found.seq AS "seq!",
       found.unread_count AS "unread_count!",
       found.mentioned AS "mentioned!",
       CASE WHEN $6::boolean THEN sender.display_name END AS "sender_name?",
       taken.user_id IS NOT NULL AS "taken!"
FROM found
LEFT JOIN taken ON taken.user_id = found.user_id AND taken.device_id = found.device_id
LEFT JOIN users AS sender ON sender.id = found.sender_id
ORDER BY found.user_id, found.device_id
