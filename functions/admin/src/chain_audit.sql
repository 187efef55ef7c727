-- Chains the $1 oldest of the events that are not chained yet. Always one row.
-- Of two that run at once, one moves the head, and the other finds that it was moved since its own snapshot: then it does
-- nothing, and has more to do. A repeat chains the next batch.
WITH head AS MATERIALIZED (
    SELECT seq, hash FROM audit_head
),
waiting AS MATERIALIZED (
    SELECT happened.id, happened.at, audit_bytes(happened) AS bytes,
           row_number() OVER (ORDER BY happened.at, happened.id) AS number
    FROM audit_events AS happened
    WHERE happened.chain_seq IS NULL
    ORDER BY happened.at, happened.id
    LIMIT $1
),
linked AS MATERIALIZED (
    SELECT waiting.id, waiting.at, waiting.bytes, head.seq + waiting.number AS seq,
           audit_chain(head.hash, head.seq + waiting.number, waiting.at, waiting.bytes)
               OVER (ORDER BY waiting.number) AS hash
    FROM waiting, head
),
moved AS (
    UPDATE audit_head
    SET seq = last.seq, hash = last.hash
    FROM (SELECT linked.seq, linked.hash FROM linked ORDER BY linked.seq DESC LIMIT 1) AS last, head
    WHERE audit_head.seq = head.seq
    RETURNING audit_head.seq
),
logged AS (
    INSERT INTO audit_log (seq, event_id, at, bytes, hash)
    SELECT linked.seq, linked.id, linked.at, linked.bytes, linked.hash FROM linked, moved
),
placed AS (
    UPDATE audit_events AS happened
    SET chain_seq = linked.seq
    FROM linked, moved
    WHERE happened.id = linked.id
    RETURNING happened.id
)
SELECT (SELECT count(*) FROM placed) AS "chained!",
       (SELECT count(*) FROM linked) = $1
       OR (EXISTS (SELECT FROM linked) AND NOT EXISTS (SELECT FROM moved)) AS "has_more!"
