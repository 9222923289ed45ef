-- +goose Up
CREATE TABLE api_calls (
  platform TEXT    NOT NULL,
  month    TEXT    NOT NULL,
  calls    INTEGER NOT NULL,
  PRIMARY KEY (platform, month)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE api_calls;
