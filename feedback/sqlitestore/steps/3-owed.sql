-- Letters to senders that are still to be handed to the post.
ALTER TABLE submission ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;

CREATE INDEX owed ON submission (serial) WHERE owed = 1;
