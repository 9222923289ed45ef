-- +goose Up
CREATE TABLE IF NOT EXISTS meetings (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  version    INT NOT NULL,
  no         VARCHAR(120) NOT NULL,
  chat       VARCHAR(190) NOT NULL,
  status     VARCHAR(16) NOT NULL,
  start_at   BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  title      MEDIUMTEXT NOT NULL,
  details    JSON NOT NULL,
  KEY ix_meeting_chat (chat, start_at),
  KEY ix_meeting_status (status, start_at),
  KEY ix_meeting_start (start_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE meetings;
