-- The texts of a draft are kept as they were appended, a row for each piece, so that an append costs what it brings and
-- not what is there. They, ids and agents are JSON text, for the reason that 001-log.sql gives; revisions are
-- `<count>.<mark>`.

CREATE TABLE drafts (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  session INTEGER NOT NULL,
  id TEXT NOT NULL,
  role TEXT NOT NULL,
  agent TEXT,
  started INTEGER NOT NULL,
  written INTEGER NOT NULL,
  abandoned TEXT NOT NULL
) STRICT;

CREATE INDEX drafts_open ON drafts (session, key);
CREATE UNIQUE INDEX drafts_ids ON drafts (session, id);

-- start and stop are UTF-16 units, bytes are those of UTF-8 up to the end of the piece: the last piece of a channel says
-- how long that channel is.
CREATE TABLE draft_texts (
  draft INTEGER NOT NULL,
  channel TEXT NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (draft, channel, start)
) STRICT;

-- The revision of the drafts, and the oldest of the times at which those that are open were last written to: while that
-- is recent, no draft needs to be looked at.
ALTER TABLE sessions ADD COLUMN drafts TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN drafts_written INTEGER;

-- The draft that became the item. It stands behind raw, but where it is NULL nothing is read to know that.
ALTER TABLE entries ADD COLUMN finishes TEXT;
