-- A dump without the keyring's rows can be restored whatever points at them, as 0021 has arranged for conversations and
-- rotations: what is there is not checked when the constraints are made, only what comes.
ALTER TABLE media
    DROP CONSTRAINT media_details_keyring_id_fkey,
    ADD CONSTRAINT media_details_keyring_id_fkey FOREIGN KEY (details_keyring_id) REFERENCES keys.keyring NOT VALID;
ALTER TABLE reports
    DROP CONSTRAINT reports_comment_keyring_id_fkey,
    ADD CONSTRAINT reports_comment_keyring_id_fkey FOREIGN KEY (comment_keyring_id) REFERENCES keys.keyring NOT VALID;
ALTER TABLE devices
    DROP CONSTRAINT devices_keyring_id_fkey,
    ADD CONSTRAINT devices_keyring_id_fkey FOREIGN KEY (keyring_id) REFERENCES keys.keyring NOT VALID;
ALTER TABLE webhooks
    DROP CONSTRAINT webhooks_secret_keyring_id_fkey,
    ADD CONSTRAINT webhooks_secret_keyring_id_fkey FOREIGN KEY (secret_keyring_id) REFERENCES keys.keyring NOT VALID,
    DROP CONSTRAINT webhooks_old_keyring_id_fkey,
    ADD CONSTRAINT webhooks_old_keyring_id_fkey FOREIGN KEY (old_keyring_id) REFERENCES keys.keyring NOT VALID;
