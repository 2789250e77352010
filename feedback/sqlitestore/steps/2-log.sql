-- The public log. Entries have the indexes 0, 1, 2… without a gap; ref is the
-- site's own name for what an entry is about and is never served.
CREATE TABLE log_entry (
  idx  INTEGER PRIMARY KEY,
  ref  TEXT NOT NULL UNIQUE,
  at   INTEGER NOT NULL,
  leaf TEXT NOT NULL
) STRICT;

-- The nodes of the tree by their stored-hash number, which follows from the
-- entries: they can be worked out anew at any time.
CREATE TABLE log_hash (
  id   INTEGER PRIMARY KEY,
  hash BLOB NOT NULL
) STRICT;

-- Every head that was ever signed: one a size, so never two of one size.
CREATE TABLE log_head (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL,
  at   INTEGER NOT NULL,
  note BLOB NOT NULL
) STRICT;

CREATE TABLE log_cosignature (
  size    INTEGER NOT NULL,
  witness TEXT NOT NULL,
  at      INTEGER NOT NULL,
  line    TEXT NOT NULL,
  PRIMARY KEY (size, witness)
) STRICT, WITHOUT ROWID;
