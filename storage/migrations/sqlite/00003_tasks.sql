-- +goose Up
CREATE TABLE tasks (
  id          INTEGER PRIMARY KEY,
  version     INTEGER NOT NULL,
  no          TEXT    NOT NULL,
  ending      TEXT    NOT NULL, -- the number read backwards, so that an index finds it by its end
  source      TEXT    NOT NULL,
  chat        TEXT    NOT NULL,
  description TEXT    NOT NULL,
  priority    TEXT    NOT NULL,
  status      TEXT    NOT NULL,
  owner       INTEGER NOT NULL,
  host        INTEGER NOT NULL,
  acceptor    INTEGER NOT NULL,
  next_owner  INTEGER NOT NULL,
  due         INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  closed_at   INTEGER NOT NULL,
  details     TEXT    NOT NULL CHECK (json_valid(details))
);
CREATE INDEX ix_task_ending ON tasks (ending);
CREATE INDEX ix_task_owner ON tasks (owner, status);
CREATE INDEX ix_task_host ON tasks (host, status);
CREATE INDEX ix_task_created ON tasks (created_at);
CREATE INDEX ix_task_closed ON tasks (closed_at);

-- +goose Down
DROP TABLE tasks;
