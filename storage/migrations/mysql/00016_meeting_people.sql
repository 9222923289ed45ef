-- +goose Up
CREATE TABLE IF NOT EXISTS meeting_people (
  person_id  BIGINT UNSIGNED NOT NULL,
  meeting_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (person_id, meeting_id),
  KEY ix_meeting_people (meeting_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE meeting_people;
