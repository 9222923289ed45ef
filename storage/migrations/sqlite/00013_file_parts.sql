-- +goose Up
CREATE TABLE file_parts ( -- written before the row in files, which makes them count
  file_id TEXT    NOT NULL,
  part    INTEGER NOT NULL,
  data    BLOB    NOT NULL,
  PRIMARY KEY (file_id, part)
);

-- +goose Down
DROP TABLE file_parts;
