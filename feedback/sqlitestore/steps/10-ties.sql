-- By which submissions that belong together are found. The rows follow the
-- documents, whoever writes those.
CREATE TABLE tie (
  name   TEXT NOT NULL,
  serial INTEGER NOT NULL,
  PRIMARY KEY (name, serial)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tie_new AFTER INSERT ON submission WHEN NEW.doc LIKE '%"ties":%'
BEGIN
  INSERT INTO tie (name, serial) SELECT value, NEW.serial FROM json_each(NEW.doc, '$.ties');
END;

CREATE TRIGGER tie_change AFTER UPDATE OF doc ON submission
WHEN json_valid(OLD.doc) AND json_valid(NEW.doc) AND OLD.doc ->> '$.ties' IS NOT NEW.doc ->> '$.ties'
BEGIN
  DELETE FROM tie WHERE serial = NEW.serial AND name IN (SELECT value FROM json_each(OLD.doc, '$.ties'));
  INSERT INTO tie (name, serial) SELECT value, NEW.serial FROM json_each(NEW.doc, '$.ties');
END;
