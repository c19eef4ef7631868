-- The driver cuts a text at its first NUL, so every text that a caller may choose freely (owner, title, agents, tools,
-- keys) is kept as JSON text, which has none. Times are milliseconds since 1970; born, last, change, prev and removed
-- are entry ids, `<place>.<mark>`.

CREATE TABLE sessions (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  title TEXT,
  metadata TEXT NOT NULL,
  agent TEXT,
  agents TEXT NOT NULL,
  messages INTEGER NOT NULL,
  items INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  expires_after INTEGER,
  expires_at INTEGER,
  born TEXT NOT NULL,
  last TEXT NOT NULL,
  change TEXT NOT NULL
) STRICT;

CREATE INDEX sessions_activity ON sessions (owner, updated, id);
CREATE INDEX sessions_expiry ON sessions (expires_at) WHERE expires_at IS NOT NULL;

-- AUTOINCREMENT: a place is never given twice in this file, whatever was deleted. raw comes last, so that reading the
-- columns before it does not walk through a long text.
CREATE TABLE entries (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  session INTEGER NOT NULL,
  mark TEXT NOT NULL,
  prev TEXT,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  removed TEXT,
  dialect TEXT,
  role TEXT,
  agent TEXT,
  derived INTEGER,
  status TEXT,
  tool TEXT,
  handoff_from TEXT,
  metadata TEXT,
  raw TEXT
) STRICT;

CREATE INDEX entries_log ON entries (session, place);
CREATE INDEX entries_items ON entries (session, place) WHERE kind = 'item';
CREATE INDEX entries_roles ON entries (session, role, place) WHERE role IS NOT NULL;
CREATE INDEX entries_removed ON entries (session, removed) WHERE removed IS NOT NULL;

CREATE TABLE calls (
  session INTEGER NOT NULL,
  call TEXT NOT NULL,
  tool TEXT NOT NULL,
  PRIMARY KEY (session, call)
) STRICT, WITHOUT ROWID;

-- What a write under a key answered. Rows of deletions outlive their session; of those, deleted_for is the owner, '' any.
CREATE TABLE operations (
  session TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  born TEXT NOT NULL,
  answer TEXT NOT NULL,
  deleted_for TEXT,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (session, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX operations_expiry ON operations (expires_at);

-- The sessions that an owner's keys made or found.
CREATE TABLE creations (
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  session TEXT NOT NULL,
  born TEXT,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX creations_expiry ON creations (expires_at);

-- Written by the readiness check: only a commit shows that the disk takes writes.
CREATE TABLE probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;
