-- What a user does for themselves alone is told to their other devices (docs/decisions/0050).

-- The conversation that such an event is about: it is no change of that conversation, and conversation_id stays null.
ALTER TABLE outbox
    ADD COLUMN about_conversation_id uuid,
    ADD CONSTRAINT outbox_about_check CHECK (about_conversation_id IS NULL OR conversation_id IS NULL);

-- What a member has of a conversation for themselves, as own_conversations shows it. The caller filters by user_id and
-- conversation_id.
CREATE VIEW own_memberships AS
SELECT member.user_id,
       member.conversation_id,
       is_archived(member.archived_seq, conversation.last_seq, member.muted_until) AS archived,
       CASE WHEN member.muted_until > now() THEN member.muted_until END AS muted_until,
       member.pinned_at IS NOT NULL AS pinned,
       greatest(conversation.last_seq - unread.after_seq - member.own_unread
                - (SELECT messages FROM uncounted_messages(conversation.id, member.user_id, unread.after_seq)), 0) AS unread_count,
       (SELECT messages FROM unread_mentions(conversation.id, member.user_id, unread.after_seq)) AS mention_count
FROM members AS member
JOIN conversations AS conversation ON conversation.id = member.conversation_id
CROSS JOIN LATERAL (SELECT coalesce(member.marked_seq, member.read_seq) AS after_seq) AS unread
WHERE member.left_at IS NULL;

-- A user's own account: `shared::account` reads it.
CREATE FUNCTION account_part(account users) RETURNS json
LANGUAGE sql STABLE
RETURN json_build_object(
    'user', json_build_object(
        'id', account.id, 'username', account.username, 'display_name', account.display_name, 'bio', account.bio,
        'avatar_media_id', account.avatar_media_id, 'presence', account.presence, 'status_text', account.status_text,
        'status_emoji', account.status_emoji, 'status_expires_at', account.status_expires_at, 'role', account.role,
        'created_at', account.created_at, 'email_sealed', base64_part(account.email_sealed),
        'email_keyring_id', account.email_keyring_id
    ),
    'settings', json_build_object(
        'send_read_receipts', account.send_read_receipts, 'send_typing', account.send_typing,
        'show_last_seen', account.show_last_seen
    )
);
