-- +goose Up
CREATE TABLE meetings (
  id         INTEGER PRIMARY KEY,
  version    INTEGER NOT NULL,
  no         TEXT    NOT NULL,
  chat       TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  start_at   INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  title      TEXT    NOT NULL,
  details    TEXT    NOT NULL CHECK (json_valid(details))
);
CREATE INDEX ix_meeting_chat ON meetings (chat, start_at);
CREATE INDEX ix_meeting_status ON meetings (status, start_at);
CREATE INDEX ix_meeting_start ON meetings (start_at);

-- +goose Down
DROP TABLE meetings;
