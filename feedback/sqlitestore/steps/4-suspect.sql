-- What waits in the queue of the suspected, and groups of near-equal texts.
-- Both columns stand behind doc, so a row's copy of them is dear to read; the
-- indexes that the desk's views use repeat them.
ALTER TABLE submission ADD COLUMN suspect INTEGER NOT NULL DEFAULT 0;
ALTER TABLE submission ADD COLUMN likeness TEXT NOT NULL DEFAULT '';

DROP INDEX due_state;
CREATE INDEX due_state ON submission
  (state, due, serial, category, channel, owner, visibility, submitted, notice, item, suspect, likeness);
DROP INDEX due_owner;
CREATE INDEX due_owner ON submission
  (owner, state, due, serial, category, channel, visibility, submitted, notice, item, suspect, likeness) WHERE owner <> '';
DROP INDEX due_notice;
CREATE INDEX due_notice ON submission
  (notice, state, due, serial, category, channel, owner, visibility, submitted, item, suspect, likeness) WHERE notice <> '';

-- Groups lie together, those of one state after another.
CREATE INDEX kin ON submission
  (state, likeness, serial, suspect, due, category, channel, owner, visibility, submitted, notice, item) WHERE likeness <> '';
