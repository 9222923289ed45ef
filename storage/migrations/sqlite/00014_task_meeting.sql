-- +goose Up
ALTER TABLE tasks ADD COLUMN meeting_id INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ix_task_meeting ON tasks (meeting_id);

-- +goose Down
DROP INDEX ix_task_meeting;
ALTER TABLE tasks DROP COLUMN meeting_id;
