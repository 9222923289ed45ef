-- +goose Up
CREATE TABLE processed_events (
  event_id TEXT    PRIMARY KEY NOT NULL,
  at       INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_event_at ON processed_events (at);

-- +goose Down
DROP TABLE processed_events;
