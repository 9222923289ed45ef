-- +goose Up
CREATE TABLE reminders ( -- one row per subject that will speak again; derived from the subject
  kind       TEXT    NOT NULL,
  subject_id INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  since      INTEGER NOT NULL,
  next_at    INTEGER NOT NULL,
  PRIMARY KEY (kind, subject_id)
) WITHOUT ROWID;
CREATE INDEX ix_reminder_due ON reminders (next_at, kind, subject_id);

-- +goose Down
DROP TABLE reminders;
