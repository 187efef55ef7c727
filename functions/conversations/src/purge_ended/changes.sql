-- Removes changes of more than 30 days ago, from the oldest on, so many and the rest of the last one's transaction: whole
-- transactions in their order, so that no reader's place is between two of which one is gone (docs/decisions/0025, 0028). Safe to
-- repeat. One row: how many. (3 is the first id that a transaction can have.)
WITH reach AS (
    SELECT max(oldest.xid) AS xid
    FROM (SELECT logged.xid FROM outbox AS logged WHERE logged.xid >= '3' ORDER BY logged.xid LIMIT $1) AS oldest
),
-- What comes after one that is to be kept is kept too, whenever it says that it was written.
kept AS (
    SELECT min(logged.xid) AS xid
    FROM reach
    JOIN outbox AS logged ON logged.xid <= reach.xid
    WHERE logged.created_at >= now() - interval '30 days'
),
gone AS (
    DELETE FROM outbox AS logged
    USING reach, kept
    WHERE logged.xid <= reach.xid AND (kept.xid IS NULL OR logged.xid < kept.xid)
    RETURNING 1
)
SELECT count(*) AS "gone!" FROM gone
