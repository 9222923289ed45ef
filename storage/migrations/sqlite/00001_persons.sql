-- +goose Up
CREATE TABLE persons (
  id             INTEGER PRIMARY KEY,
  name           TEXT    NOT NULL,
  department     TEXT    NOT NULL,
  title          TEXT    NOT NULL,
  leader_account TEXT    NOT NULL, -- who it is may be met later
  active         INTEGER NOT NULL,
  admin          INTEGER NOT NULL
);
CREATE INDEX ix_person_name ON persons (name);

-- +goose Down
DROP TABLE persons;
