-- +goose Up
CREATE TABLE IF NOT EXISTS chat_groups (
  id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  version   INT NOT NULL,
  chat      VARCHAR(190) NOT NULL,
  name      VARCHAR(190) NOT NULL,
  purpose   VARCHAR(32) NOT NULL,
  chosen_by BIGINT UNSIGNED NOT NULL,
  since     BIGINT NOT NULL,
  gone      TINYINT(1) NOT NULL,
  UNIQUE KEY uq_group_chat (chat)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE chat_groups;
