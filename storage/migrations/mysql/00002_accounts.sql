-- +goose Up
CREATE TABLE IF NOT EXISTS accounts (
  account   VARCHAR(190) NOT NULL PRIMARY KEY,
  person_id BIGINT UNSIGNED NOT NULL,
  heard_at  BIGINT NOT NULL,
  KEY ix_account_person (person_id, heard_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE accounts;
