-- +goose Up
CREATE TABLE IF NOT EXISTS disputes (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  version    INT NOT NULL,
  no         VARCHAR(64) NOT NULL,
  meeting_id BIGINT UNSIGNED NOT NULL,
  chat       VARCHAR(190) NOT NULL,
  decider    BIGINT UNSIGNED NOT NULL,
  status     VARCHAR(16) NOT NULL,
  decide_by  BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  question   MEDIUMTEXT NOT NULL,
  details    JSON NOT NULL,
  KEY ix_dispute_meeting (meeting_id),
  KEY ix_dispute_decider (decider, status),
  KEY ix_dispute_status (status)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE disputes;
