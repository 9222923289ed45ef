-- +goose Up
CREATE TABLE meeting_rooms (
  chat       TEXT    NOT NULL,
  meeting_id INTEGER NOT NULL,
  PRIMARY KEY (chat, meeting_id)
) WITHOUT ROWID;
CREATE INDEX ix_meeting_rooms ON meeting_rooms (meeting_id);

-- +goose Down
DROP TABLE meeting_rooms;
