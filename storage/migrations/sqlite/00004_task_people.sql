-- +goose Up
CREATE TABLE task_people (
  person_id INTEGER NOT NULL,
  task_id   INTEGER NOT NULL,
  PRIMARY KEY (person_id, task_id)
) WITHOUT ROWID;
CREATE INDEX ix_task_people ON task_people (task_id);

-- +goose Down
DROP TABLE task_people;
