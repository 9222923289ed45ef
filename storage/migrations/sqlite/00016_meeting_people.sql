-- +goose Up
CREATE TABLE meeting_people (
  person_id  INTEGER NOT NULL,
  meeting_id INTEGER NOT NULL,
  PRIMARY KEY (person_id, meeting_id)
) WITHOUT ROWID;
CREATE INDEX ix_meeting_people ON meeting_people (meeting_id);

-- +goose Down
DROP TABLE meeting_people;
