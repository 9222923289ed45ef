-- +goose Up
CREATE TABLE api_uses (
  platform TEXT NOT NULL,
  month    TEXT NOT NULL,
  kind     TEXT NOT NULL,
  calls    INTEGER NOT NULL,
  PRIMARY KEY (platform, month, kind)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE api_uses;
