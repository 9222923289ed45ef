-- +goose Up
CREATE TABLE drafts (
  id        INTEGER PRIMARY KEY,
  version   INTEGER NOT NULL,
  chat      TEXT    NOT NULL,
  person_id INTEGER NOT NULL,
  command   TEXT    NOT NULL,
  since     INTEGER NOT NULL,
  ended     TEXT    NOT NULL,
  details   TEXT    NOT NULL CHECK (json_valid(details))
);
CREATE INDEX ix_draft_open ON drafts (person_id, chat, ended, id);

-- +goose Down
DROP TABLE drafts;
