-- A third purpose of keyring keys: what is known of uploads, which the workers that make previews open and seal. They have no right
-- to the keys of messages (docs/decisions/0065).

ALTER TABLE keys.keyring
    DROP CONSTRAINT keyring_purpose_check,
    ADD CONSTRAINT keyring_purpose_check CHECK (purpose IN ('content', 'credentials', 'media'));
ALTER TABLE keys.rotations
    DROP CONSTRAINT rotations_purpose_check,
    ADD CONSTRAINT rotations_purpose_check CHECK (purpose IN ('content', 'credentials', 'media'));
