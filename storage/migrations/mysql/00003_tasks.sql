-- +goose Up
CREATE TABLE IF NOT EXISTS tasks (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  version     INT NOT NULL,
  no          VARCHAR(64) NOT NULL,
  ending      VARCHAR(64) NOT NULL, -- the number read backwards, so that an index finds it by its end
  source      VARCHAR(16) NOT NULL,
  chat        VARCHAR(190) NOT NULL,
  description MEDIUMTEXT NOT NULL,
  priority    VARCHAR(16) NOT NULL,
  status      VARCHAR(16) NOT NULL,
  owner       BIGINT UNSIGNED NOT NULL,
  host        BIGINT UNSIGNED NOT NULL,
  acceptor    BIGINT UNSIGNED NOT NULL,
  next_owner  BIGINT UNSIGNED NOT NULL,
  due         BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  closed_at   BIGINT NOT NULL,
  details     JSON NOT NULL,
  KEY ix_task_ending (ending),
  KEY ix_task_owner (owner, status),
  KEY ix_task_host (host, status),
  KEY ix_task_created (created_at),
  KEY ix_task_closed (closed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE tasks;
