-- +goose Up
CREATE TABLE audit ( -- append-only: triggers refuse the rest
  kind       TEXT    NOT NULL,
  subject_id INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  who        INTEGER NOT NULL,
  origin     TEXT    NOT NULL,
  event      TEXT    NOT NULL,
  what       TEXT    NOT NULL,
  what_who   INTEGER NOT NULL,
  was        TEXT    NOT NULL,
  became     TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  prev       TEXT    NOT NULL,
  hash       TEXT    NOT NULL,
  PRIMARY KEY (kind, subject_id, seq)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE audit;
