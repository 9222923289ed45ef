-- +goose Up
CREATE TABLE minutes ( -- a 终稿 is never changed: triggers refuse it where the server lets us make them
  id         INTEGER PRIMARY KEY,
  version    INTEGER NOT NULL,
  meeting_id INTEGER NOT NULL,
  no         TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  of_id      INTEGER NOT NULL,
  state      TEXT    NOT NULL,
  hash       TEXT    NOT NULL,
  text       TEXT    NOT NULL,
  details    TEXT    NOT NULL CHECK (json_valid(details))
);
CREATE INDEX ix_minutes_meeting ON minutes (meeting_id);
CREATE INDEX ix_minutes_no ON minutes (no);
CREATE INDEX ix_minutes_of ON minutes (of_id);
CREATE INDEX ix_minutes_state ON minutes (state);

-- +goose Down
DROP TABLE minutes;
