-- +goose Up
CREATE TABLE IF NOT EXISTS task_people (
  person_id BIGINT UNSIGNED NOT NULL,
  task_id   BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (person_id, task_id),
  KEY ix_task_people (task_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE task_people;
