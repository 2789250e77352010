-- Letters on their way out, and the subscriptions of those who asked for news.
-- Columns repeat what is looked for; times are Unix milliseconds, 0 for never.
CREATE TABLE letter (
  id     TEXT PRIMARY KEY,
  rev    INTEGER NOT NULL,
  state  TEXT NOT NULL,
  queued INTEGER NOT NULL,
  next   INTEGER NOT NULL,
  until  INTEGER NOT NULL,
  ended  INTEGER NOT NULL,
  doc    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX letter_next ON letter (next, until) WHERE state = 'waiting';
CREATE INDEX letter_state ON letter (state, queued, id);
CREATE INDEX letter_queued ON letter (queued, id);
CREATE INDEX letter_ended ON letter (ended) WHERE ended > 0;

CREATE TABLE subscription (
  id      TEXT PRIMARY KEY,
  rev     INTEGER NOT NULL,
  who     TEXT NOT NULL,
  topic   TEXT NOT NULL,
  active  INTEGER NOT NULL,
  created INTEGER NOT NULL,
  seen    INTEGER NOT NULL,
  stirred INTEGER NOT NULL,
  told    INTEGER NOT NULL,
  last    INTEGER NOT NULL,
  address BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX subscription_who ON subscription (who);
CREATE INDEX subscription_topic ON subscription (topic, seen) WHERE active = 1;
CREATE INDEX subscription_stirred ON subscription (stirred, told) WHERE active = 1 AND stirred > 0;
CREATE INDEX subscription_pending ON subscription (created) WHERE active = 0;
