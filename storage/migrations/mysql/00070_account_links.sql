-- +goose Up
CREATE TABLE IF NOT EXISTS account_links (
  person_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  version   INT NOT NULL,
  hash      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- of the code; empty without one
  until_at  BIGINT NOT NULL,
  platform  VARCHAR(60) NOT NULL,
  by_person BIGINT UNSIGNED NOT NULL,
  misses    INT NOT NULL,
  missed_at BIGINT NOT NULL,
  KEY ix_link_until (until_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE account_links;
