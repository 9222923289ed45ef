-- +goose Up
CREATE TABLE IF NOT EXISTS api_uses (
  platform VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month    CHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind     VARCHAR(32) NOT NULL,
  calls    BIGINT NOT NULL,
  PRIMARY KEY (platform, month, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE api_uses;
