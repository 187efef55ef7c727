-- What a client said its file's SHA-256 is. S3 compares it where the form has it, but the worker looks at what it fetched later,
-- and not every store that speaks S3's language compares anything (docs/decisions/0055).
ALTER TABLE media ADD COLUMN checksum_sha256 bytea CHECK (octet_length(checksum_sha256) = 32);
