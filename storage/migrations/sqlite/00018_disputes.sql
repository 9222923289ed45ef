-- +goose Up
CREATE TABLE disputes (
  id         INTEGER PRIMARY KEY,
  version    INTEGER NOT NULL,
  no         TEXT    NOT NULL,
  meeting_id INTEGER NOT NULL,
  chat       TEXT    NOT NULL,
  decider    INTEGER NOT NULL,
  status     TEXT    NOT NULL,
  decide_by  INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  question   TEXT    NOT NULL,
  details    TEXT    NOT NULL CHECK (json_valid(details))
);
CREATE INDEX ix_dispute_meeting ON disputes (meeting_id);
CREATE INDEX ix_dispute_decider ON disputes (decider, status);
CREATE INDEX ix_dispute_status ON disputes (status);

-- +goose Down
DROP TABLE disputes;
