-- What moderators do about reports.

ALTER TABLE reports
    ADD COLUMN handled_by uuid REFERENCES users,
    ADD COLUMN handled_at timestamptz,
    ADD CONSTRAINT reports_handled CHECK ((status = 'open') = (handled_at IS NULL));

-- A page of one state's reports is a range of it.
CREATE INDEX reports_status_idx ON reports (status, created_at, id);

-- Reports with the message that each is about, as it is now; without one where its conversation is gone. Moderators need not be
-- members: this is for statements that have looked at the caller's role.
CREATE VIEW reported_messages AS
SELECT report.id AS report_id,
       report.conversation_id AS reported_conversation_id,
       report.message_id AS reported_message_id,
       report.reporter_id,
       report.reason,
       report.comment_sealed,
       report.comment_keyring_id,
       report.status,
       report.created_at AS reported_at,
       report.handled_by,
       report.handled_at,
       message.id, message.conversation_id, message.seq, message.change_seq, message.client_id, message.sender_id,
       message.type AS kind, message.epoch, message.version, message.sealed, message.created_at, message.edited_at,
       message.deleted_at, message.expires_at,
       epoch_key.keyring_id AS key_keyring_id,
       epoch_key.sealed AS key_sealed,
       parts.parts
FROM reports AS report
LEFT JOIN messages AS message
       ON message.id = report.message_id AND message.conversation_id = report.conversation_id
LEFT JOIN conversation_keys AS epoch_key
       ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
LEFT JOIN LATERAL message_parts(
    message.conversation_id, message.seq, message.type, message.reply_to_seq, message.reactions, NULL
) AS parts ON message.id IS NOT NULL;
