-- +goose Up
CREATE TABLE files (
  id   TEXT    PRIMARY KEY NOT NULL, -- SHA-256 of the content
  name TEXT    NOT NULL,
  size INTEGER NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE files;
