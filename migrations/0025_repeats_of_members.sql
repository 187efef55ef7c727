-- What the statement that adds members answered: names, roles and times that only it knows, and that are nowhere secret. The
-- status and what was asked are in `sealed` as ever.
ALTER TABLE idempotency ADD COLUMN members jsonb;
