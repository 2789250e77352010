-- E-mail that became no submission by itself.
CREATE TABLE held (
  id   TEXT PRIMARY KEY,
  rev  INTEGER NOT NULL,
  at   INTEGER NOT NULL,
  open INTEGER NOT NULL,
  raw  TEXT NOT NULL,
  doc  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX held_at ON held (open, at, id);
