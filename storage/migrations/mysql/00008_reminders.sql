-- +goose Up
CREATE TABLE IF NOT EXISTS reminders ( -- one row per subject that will speak again; derived from the subject
  kind       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id BIGINT UNSIGNED NOT NULL,
  version    INT NOT NULL,
  since      BIGINT NOT NULL,
  next_at    BIGINT NOT NULL,
  PRIMARY KEY (kind, subject_id),
  KEY ix_reminder_due (next_at, kind, subject_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE reminders;
