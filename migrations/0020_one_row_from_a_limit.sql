-- take_from_limit always yields one row. Without being told, the planner reckons with a thousand for a function that
-- returns a table, and a statement that joins on to it is planned for a thousand times its size: sending a message read all
-- of conversation_keys and members, 49 ms with 100,000 conversations instead of less than one.
ALTER FUNCTION take_from_limit(bytea, bigint, integer, integer) ROWS 1;
