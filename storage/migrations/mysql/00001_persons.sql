-- +goose Up
CREATE TABLE IF NOT EXISTS persons (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name           VARCHAR(190) NOT NULL,
  department     VARCHAR(500) NOT NULL,
  title          VARCHAR(500) NOT NULL,
  leader_account VARCHAR(190) NOT NULL, -- who it is may be met later
  active         TINYINT(1) NOT NULL,
  admin          TINYINT(1) NOT NULL,
  KEY ix_person_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE persons;
