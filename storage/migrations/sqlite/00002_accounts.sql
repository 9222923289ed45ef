-- +goose Up
CREATE TABLE accounts (
  account   TEXT    PRIMARY KEY NOT NULL,
  person_id INTEGER NOT NULL,
  heard_at  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_account_person ON accounts (person_id, heard_at);

-- +goose Down
DROP TABLE accounts;
