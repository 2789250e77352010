-- The chain of audit entries. Rows are added at the end and trimmed at the
-- beginning; nothing changes one.
CREATE TABLE audit (
  seq    INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  who    TEXT NOT NULL,
  act    TEXT NOT NULL,
  object TEXT NOT NULL,
  reason TEXT NOT NULL,
  prev   BLOB NOT NULL,
  hash   BLOB NOT NULL
) STRICT;

CREATE INDEX audit_who ON audit (who, seq);
CREATE INDEX audit_act ON audit (act, seq);
CREATE INDEX audit_object ON audit (object, seq);
CREATE INDEX audit_at ON audit (at, seq);
