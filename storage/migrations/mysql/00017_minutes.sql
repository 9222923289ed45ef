-- +goose Up
CREATE TABLE IF NOT EXISTS minutes ( -- a 终稿 is never changed: triggers refuse it where the server lets us make them
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  version    INT NOT NULL,
  meeting_id BIGINT UNSIGNED NOT NULL,
  no         VARCHAR(120) NOT NULL,
  kind       VARCHAR(16) NOT NULL,
  of_id      BIGINT UNSIGNED NOT NULL,
  state      VARCHAR(16) NOT NULL,
  hash       VARCHAR(64) NOT NULL,
  text       MEDIUMTEXT NOT NULL,
  details    JSON NOT NULL,
  KEY ix_minutes_meeting (meeting_id),
  KEY ix_minutes_no (no),
  KEY ix_minutes_of (of_id),
  KEY ix_minutes_state (state)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE minutes;
