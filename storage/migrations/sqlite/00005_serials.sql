-- +goose Up
CREATE TABLE serials (
  scope TEXT    PRIMARY KEY NOT NULL,
  last  INTEGER NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE serials;
