-- +goose Up
DROP TABLE IF EXISTS api_calls;

-- +goose Down
CREATE TABLE IF NOT EXISTS api_calls (
  platform VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month    CHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  calls    BIGINT NOT NULL,
  PRIMARY KEY (platform, month)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;
