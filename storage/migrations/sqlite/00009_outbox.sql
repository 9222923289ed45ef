-- +goose Up
CREATE TABLE outbox (
  id              INTEGER PRIMARY KEY,
  dedup_key       TEXT    NOT NULL,
  send_uuid       TEXT    NOT NULL,
  lane            TEXT    NOT NULL,
  place           INTEGER NOT NULL, -- counts up within the lane; 0 while held
  after_id        INTEGER NOT NULL, -- the letter of the lane that it is parked behind; 0 if none
  to_person       INTEGER NOT NULL,
  kind            TEXT    NOT NULL,
  subject_id      INTEGER NOT NULL,
  fold            TEXT    NOT NULL,
  state           INTEGER NOT NULL, -- 0 pending, 1 held, 2 sent, 3 dead, 4 expired, 5 uncertain, 6 skipped
  due_at          INTEGER NOT NULL, -- business time
  next_at         INTEGER NOT NULL, -- pending: lease clock, not claimed before; held: due_at
  lease_token     TEXT    NOT NULL,
  attempts        INTEGER NOT NULL,
  first_try_at    INTEGER NOT NULL,
  expires_at      INTEGER NOT NULL,
  sent_at         INTEGER NOT NULL,
  platform_msg_id TEXT    NOT NULL,
  last_error      TEXT    NOT NULL,
  payload         TEXT    NOT NULL CHECK (json_valid(payload)),
  created_at      INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_outbox_key ON outbox (dedup_key);
CREATE INDEX ix_outbox_due ON outbox (next_at, id) WHERE state = 0;
CREATE INDEX ix_outbox_held ON outbox (next_at, id) WHERE state = 1;
CREATE INDEX ix_outbox_lane ON outbox (lane, place) WHERE state = 0;
CREATE INDEX ix_outbox_after ON outbox (after_id) WHERE after_id <> 0;
CREATE INDEX ix_outbox_fold ON outbox (fold) WHERE state = 0 AND fold <> '';
CREATE INDEX ix_outbox_about ON outbox (kind, subject_id, id);

-- +goose Down
DROP TABLE outbox;
