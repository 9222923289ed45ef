-- +goose Up
CREATE TABLE IF NOT EXISTS processed_events (
  event_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  at       BIGINT NOT NULL,
  KEY ix_event_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE processed_events;
