-- +goose Up
CREATE TABLE IF NOT EXISTS meeting_rooms (
  chat       VARCHAR(190) NOT NULL,
  meeting_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (chat, meeting_id),
  KEY ix_meeting_rooms (meeting_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE meeting_rooms;
