-- +goose Up
CREATE TABLE account_links (
  person_id INTEGER PRIMARY KEY NOT NULL,
  version   INTEGER NOT NULL,
  hash      TEXT    NOT NULL, -- of the code; empty without one
  until_at  INTEGER NOT NULL,
  platform  TEXT    NOT NULL,
  by_person INTEGER NOT NULL,
  misses    INTEGER NOT NULL,
  missed_at INTEGER NOT NULL
);
CREATE INDEX ix_link_until ON account_links (until_at);

-- +goose Down
DROP TABLE account_links;
