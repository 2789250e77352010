-- One submission a row. serial is year * 10^9 + n of the number, so that rows
-- lie and sort in the order of numbers. due is '~' when nothing is owed, which
-- sorts after every day. Times are Unix milliseconds, 0 for never. doc stands
-- last: filters never read past the short columns.
CREATE TABLE submission (
  serial       INTEGER PRIMARY KEY,
  rev          INTEGER NOT NULL,
  state        TEXT NOT NULL,
  visibility   TEXT NOT NULL,
  notice       TEXT NOT NULL,
  item         TEXT NOT NULL,
  channel      TEXT NOT NULL,
  category     TEXT NOT NULL,
  owner        TEXT NOT NULL,
  due          TEXT NOT NULL,
  submitted    INTEGER NOT NULL,
  published_at INTEGER NOT NULL,
  public_at    INTEGER NOT NULL,
  code_mac     BLOB NOT NULL,
  doc          TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX code ON submission (code_mac);

-- The queue, by due day. A query without a state asks each state in turn, so
-- state may stand before due in all of them. The columns after serial let
-- filters and counts work on the index alone.
CREATE INDEX due_state ON submission
  (state, due, serial, category, channel, owner, visibility, submitted, notice, item);
CREATE INDEX due_owner ON submission
  (owner, state, due, serial, category, channel, visibility, submitted, notice, item) WHERE owner <> '';
CREATE INDEX due_notice ON submission
  (notice, state, due, serial, category, channel, owner, visibility, submitted, item) WHERE notice <> '';
CREATE INDEX due_submitted ON submission
  (due, serial, state, category, channel, owner, visibility, notice, item) WHERE submitted = 1;

-- By number, newest first. Without a filter the rows themselves are in order.
CREATE INDEX new_state ON submission
  (state, serial, category, channel, owner, visibility, notice, item, due);
CREATE INDEX new_owner ON submission
  (owner, serial, state, category, channel, visibility, notice, item, due) WHERE owner <> '';
CREATE INDEX new_notice ON submission
  (notice, serial, state, category, channel, owner, visibility, item, due) WHERE notice <> '';
CREATE INDEX new_public ON submission
  (serial, notice, item, state, category, channel, owner, due) WHERE visibility = 'published';

-- By first publication.
CREATE INDEX pub_all ON submission
  (published_at, serial, visibility, notice, item, state, category, channel, owner, due, submitted);
CREATE INDEX pub_notice ON submission
  (notice, published_at, serial, item, state, category, channel, owner, due) WHERE visibility = 'published';
CREATE INDEX pub_item ON submission
  (notice, item, published_at, serial, state, category, channel, owner, due) WHERE visibility = 'published';

CREATE INDEX news ON submission (public_at, serial, rev, notice, item) WHERE public_at > 0;

-- The last number given in each year.
CREATE TABLE series (
  year INTEGER PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;

-- Idempotency keys (as digests), kept until their time runs out.
CREATE TABLE intake_key (
  key    BLOB PRIMARY KEY,
  serial INTEGER NOT NULL REFERENCES submission (serial),
  body   BLOB,
  sealed BLOB,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX intake_key_until ON intake_key (until);

-- Small secrets to be taken once, and single values kept for good.
CREATE TABLE secret (
  key   BLOB PRIMARY KEY,
  value BLOB NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX secret_until ON secret (until);

CREATE TABLE mark (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Staff.
CREATE TABLE account (
  name TEXT PRIMARY KEY,
  rev  INTEGER NOT NULL,
  doc  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  digest  BLOB PRIMARY KEY,
  account TEXT NOT NULL,
  started INTEGER NOT NULL,
  seen    INTEGER NOT NULL,
  csrf    BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX session_account ON session (account);
CREATE INDEX session_seen ON session (seen);

-- One row, written by every Ping: being able to read proves nothing.
CREATE TABLE pulse (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  n  INTEGER NOT NULL
) STRICT;

INSERT INTO pulse VALUES (1, 0);
