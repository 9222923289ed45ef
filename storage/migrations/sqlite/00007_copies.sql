-- +goose Up
CREATE TABLE copies (
  id         INTEGER PRIMARY KEY,
  message    TEXT    NOT NULL,
  chat       TEXT    NOT NULL,
  person_id  INTEGER NOT NULL,
  face       TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  subject_id INTEGER NOT NULL,
  face_for   INTEGER NOT NULL,
  shown      INTEGER NOT NULL,
  sent_at    INTEGER NOT NULL,
  dead       INTEGER NOT NULL
);
CREATE INDEX ix_copy_message ON copies (message);
CREATE INDEX ix_copy_live ON copies (kind, subject_id, dead);

-- +goose Down
DROP TABLE copies;
