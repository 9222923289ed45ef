-- +goose Up
CREATE TABLE IF NOT EXISTS copies (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  message    VARCHAR(255) NOT NULL,
  chat       VARCHAR(190) NOT NULL,
  person_id  BIGINT UNSIGNED NOT NULL,
  face       VARCHAR(64) NOT NULL,
  kind       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id BIGINT UNSIGNED NOT NULL,
  face_for   BIGINT UNSIGNED NOT NULL,
  shown      INT NOT NULL,
  sent_at    BIGINT NOT NULL,
  dead       TINYINT(1) NOT NULL,
  KEY ix_copy_message (message),
  KEY ix_copy_live (kind, subject_id, dead)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE copies;
