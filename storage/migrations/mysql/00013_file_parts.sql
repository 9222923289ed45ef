-- +goose Up
CREATE TABLE IF NOT EXISTS file_parts ( -- written before the row in files, which makes them count
  file_id CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  part    INT NOT NULL,
  data    MEDIUMBLOB NOT NULL,
  PRIMARY KEY (file_id, part)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE file_parts;
