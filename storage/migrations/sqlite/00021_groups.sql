-- +goose Up
CREATE TABLE chat_groups (
  id        INTEGER PRIMARY KEY,
  version   INTEGER NOT NULL,
  chat      TEXT    NOT NULL,
  name      TEXT    NOT NULL,
  purpose   TEXT    NOT NULL,
  chosen_by INTEGER NOT NULL,
  since     INTEGER NOT NULL,
  gone      INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_group_chat ON chat_groups (chat);

-- +goose Down
DROP TABLE chat_groups;
