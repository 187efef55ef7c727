-- What a user appears as to those who share a conversation with them and are there: one row for each way they are seen.
-- Of a user's conversations those that are not large and changed last; who blocks the other, either way, is told nothing.
-- $1: the user; $2: members up to which a conversation is told everything; $3: connections after this one;
-- $4: connections, or none for all; $5: how many connections; $6: how many conversations.
WITH common AS (
    SELECT conversation.id
    FROM users
    JOIN members AS own ON own.user_id = users.id
    JOIN conversations AS conversation ON conversation.id = own.conversation_id
    WHERE users.id = $1 AND users.deleted_at IS NULL AND own.left_at IS NULL AND conversation.member_count <= $2
    ORDER BY conversation.updated_at DESC
    LIMIT $6
),
contact AS (
    SELECT DISTINCT member.user_id
    FROM common
    JOIN members AS member ON member.conversation_id = common.id
    WHERE member.left_at IS NULL AND member.user_id <> $1
),
listening AS (
    SELECT listener.connection_id, listener.user_id
    FROM contact
    JOIN listeners AS listener ON listener.user_id = contact.user_id
    WHERE listener.connection_id > $3 AND (cardinality($4::text[]) = 0 OR listener.connection_id = ANY ($4))
      AND NOT EXISTS (SELECT FROM blocks WHERE blocks.user_id = contact.user_id AND blocks.blocked_id = $1)
      AND NOT EXISTS (SELECT FROM blocks WHERE blocks.user_id = $1 AND blocks.blocked_id = contact.user_id)
    ORDER BY listener.connection_id
    LIMIT $5
)
SELECT profile.presence AS "presence!", profile.status_text, profile.status_emoji, profile.status_expires_at,
       profile.last_seen_at,
       array_agg(listening.connection_id ORDER BY listening.connection_id) AS "connection_ids!"
FROM listening
JOIN visible_profiles AS profile ON profile.viewer_id = listening.user_id AND profile.id = $1
GROUP BY 1, 2, 3, 4, 5
