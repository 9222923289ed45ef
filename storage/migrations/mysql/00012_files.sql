-- +goose Up
CREATE TABLE IF NOT EXISTS files (
  id   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- SHA-256 of the content
  name VARCHAR(500) NOT NULL,
  size BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE files;
