-- Destroys the keys of days that are over, so many: what was sealed under them opens for nobody, wherever a copy of it is. An hour
-- later, for clocks that differ; and while a message is sealed under one that is not over yet, it stays. Safe to repeat. One row:
-- how many.
WITH due AS (
    SELECT epoch_key.conversation_id, epoch_key.epoch
    FROM conversation_keys AS epoch_key
    WHERE epoch_key.day < ((now() - interval '1 hour') AT TIME ZONE 'UTC')::date
      AND NOT EXISTS (
          SELECT FROM messages AS message
          WHERE message.conversation_id = epoch_key.conversation_id AND message.epoch = epoch_key.epoch
            AND message.deleted_at IS NULL
            AND message.expires_at >= epoch_key.day - interval '1 day' AND message.expires_at < epoch_key.day + interval '2 days'
      )
    ORDER BY epoch_key.day
    LIMIT $1
),
destroyed AS (
    DELETE FROM conversation_keys AS epoch_key
    USING due
    WHERE epoch_key.conversation_id = due.conversation_id AND epoch_key.epoch = due.epoch
    RETURNING epoch_key.conversation_id, epoch_key.epoch
),
audited AS (
    INSERT INTO audit_events (id, event, subject_type, subject_id, detail)
    SELECT gen_random_uuid(), 'crypt_epochs_destroyed', 'conversation', destroyed.conversation_id,
           jsonb_build_object('epochs', jsonb_agg(destroyed.epoch ORDER BY destroyed.epoch))
    FROM destroyed
    GROUP BY destroyed.conversation_id
)
SELECT count(*) AS "destroyed!" FROM destroyed
