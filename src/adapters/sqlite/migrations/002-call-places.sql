-- A fork carries over the calls of the items that it copies, so each call knows the place of its item; 0 where it was
-- written before places were kept. Calls with one id are told apart by their place: the last one counts.

CREATE TABLE calls_with_places (
  session INTEGER NOT NULL,
  call TEXT NOT NULL,
  place INTEGER NOT NULL,
  tool TEXT NOT NULL,
  PRIMARY KEY (session, call, place)
) STRICT, WITHOUT ROWID;

INSERT INTO calls_with_places (session, call, place, tool) SELECT session, call, 0, tool FROM calls;
DROP TABLE calls;
ALTER TABLE calls_with_places RENAME TO calls;
CREATE INDEX calls_places ON calls (session, place);
