-- +goose Up
CREATE TABLE IF NOT EXISTS serials (
  scope VARCHAR(120) NOT NULL PRIMARY KEY,
  last  INT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE serials;
