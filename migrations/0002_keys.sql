-- Keyring keys (K1): a few rows, each wrapped by KMS. A schema of its own, so that it is backed up and granted apart.

CREATE SCHEMA keys;

CREATE TABLE keys.keyring (
    id uuid PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('content', 'credentials')),
    -- KMS's CiphertextBlob.
    wrapped bytea NOT NULL,
    -- The ARN of the KMS key (K0) it is wrapped under. Named in every call, so that nothing else is ever unwrapped.
    kms_key text NOT NULL,
    -- active: seals and opens; opening: opens only, until nothing points at it; retired: kept for the record.
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'opening', 'retired')),
    created_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz
);
-- One key of a purpose is active: two first starts at once cannot make two.
CREATE UNIQUE INDEX keyring_active_key ON keys.keyring (purpose) WHERE state = 'active';
