-- +goose Up
CREATE TABLE IF NOT EXISTS drafts (
  id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  version   INT NOT NULL,
  chat      VARCHAR(190) NOT NULL,
  person_id BIGINT UNSIGNED NOT NULL,
  command   VARCHAR(120) NOT NULL,
  since     BIGINT NOT NULL,
  ended     VARCHAR(16) NOT NULL,
  details   JSON NOT NULL,
  KEY ix_draft_open (person_id, chat, ended, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE drafts;
