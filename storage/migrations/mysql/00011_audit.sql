-- +goose Up
CREATE TABLE IF NOT EXISTS audit ( -- append-only: triggers refuse the rest where the server lets us make them
  kind       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id BIGINT UNSIGNED NOT NULL,
  seq        INT NOT NULL,
  at         BIGINT NOT NULL,
  who        BIGINT UNSIGNED NOT NULL,
  origin     VARCHAR(16) NOT NULL,
  event      VARCHAR(500) NOT NULL,
  what       VARCHAR(120) NOT NULL,
  what_who   BIGINT UNSIGNED NOT NULL,
  was        MEDIUMTEXT NOT NULL,
  became     MEDIUMTEXT NOT NULL,
  reason     MEDIUMTEXT NOT NULL,
  prev       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (kind, subject_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE audit;
