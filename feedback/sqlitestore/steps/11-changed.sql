-- When each submission was last written, for those who follow what changes. What
-- was written before stands under 0 and is in nobody's way.
ALTER TABLE submission ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;

CREATE INDEX changed ON submission (changed_at, serial, rev) WHERE changed_at > 0;
