-- +goose Up
CREATE TABLE install_notes (
  name  TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE install_notes;
