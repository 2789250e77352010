-- What waits for its sender's answer.
ALTER TABLE submission ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;

CREATE INDEX due_asked ON submission
  (due, serial, state, category, channel, owner, visibility, notice, item, suspect, likeness) WHERE asked = 1;

-- With what the view of drafts asks for, so that no row is read in vain.
DROP INDEX due_submitted;
CREATE INDEX due_submitted ON submission
  (due, serial, state, category, channel, owner, visibility, notice, item, suspect, likeness) WHERE submitted = 1;

-- The queue by number: likewise.
DROP INDEX new_state;
CREATE INDEX new_state ON submission
  (state, serial, category, channel, owner, visibility, notice, item, due, suspect, likeness);
DROP INDEX new_owner;
CREATE INDEX new_owner ON submission
  (owner, serial, state, category, channel, visibility, notice, item, due, suspect, likeness) WHERE owner <> '';
DROP INDEX new_notice;
CREATE INDEX new_notice ON submission
  (notice, serial, state, category, channel, owner, visibility, item, due, suspect, likeness) WHERE notice <> '';

-- Small things that every copy of the site must know of for a short while.
CREATE TABLE brief (
  kind  TEXT NOT NULL,
  id    TEXT NOT NULL,
  grp   TEXT NOT NULL,
  rev   INTEGER NOT NULL,
  until INTEGER NOT NULL,
  doc   BLOB NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX brief_grp ON brief (kind, grp, id);
CREATE INDEX brief_until ON brief (until);
