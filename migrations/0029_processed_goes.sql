-- Nobody wrote a row of it: each consumer of events has an account of its own, which says more than that it was there once
-- (docs/decisions/0052). The functions of before only ever swept it.
DROP TABLE processed;
