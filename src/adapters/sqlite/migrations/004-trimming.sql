-- How many items a session keeps, NULL for all; the last entry that was trimmed, NULL since the last clear or for ever; and
-- the agent that was current there, as JSON text, NULL for none.
ALTER TABLE sessions ADD COLUMN max_items INTEGER;
ALTER TABLE sessions ADD COLUMN floor TEXT;
ALTER TABLE sessions ADD COLUMN floor_agent TEXT;
