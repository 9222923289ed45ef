-- +goose Up
CREATE TABLE IF NOT EXISTS outbox (
  id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  dedup_key       VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  send_uuid       CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lane            VARCHAR(190) NOT NULL,
  place           BIGINT NOT NULL, -- counts up within the lane; 0 while held
  after_id        BIGINT UNSIGNED NOT NULL, -- the letter of the lane that it is parked behind; 0 if none
  to_person       BIGINT UNSIGNED NOT NULL,
  kind            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id      BIGINT UNSIGNED NOT NULL,
  fold            VARCHAR(64) NOT NULL,
  state           TINYINT NOT NULL, -- 0 pending, 1 held, 2 sent, 3 dead, 4 expired, 5 uncertain, 6 skipped
  due_at          BIGINT NOT NULL, -- business time
  next_at         BIGINT NOT NULL, -- pending: lease clock, not claimed before; held: due_at
  lease_token     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempts        INT NOT NULL,
  first_try_at    BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  sent_at         BIGINT NOT NULL,
  platform_msg_id VARCHAR(255) NOT NULL,
  last_error      VARCHAR(500) NOT NULL,
  payload         JSON NOT NULL,
  created_at      BIGINT NOT NULL,
  UNIQUE KEY uq_outbox_key (dedup_key),
  KEY ix_outbox_due (state, next_at, id),
  KEY ix_outbox_lane (lane, state, place),
  KEY ix_outbox_after (after_id),
  KEY ix_outbox_fold (fold, state),
  KEY ix_outbox_about (kind, subject_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE outbox;
