-- +goose Up
DROP TABLE api_calls;

-- +goose Down
CREATE TABLE api_calls (
  platform TEXT    NOT NULL,
  month    TEXT    NOT NULL,
  calls    INTEGER NOT NULL,
  PRIMARY KEY (platform, month)
) WITHOUT ROWID;
