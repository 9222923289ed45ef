-- +goose Up
ALTER TABLE tasks ADD COLUMN meeting_id BIGINT UNSIGNED NOT NULL DEFAULT 0, ADD KEY ix_task_meeting (meeting_id);

-- +goose Down
ALTER TABLE tasks DROP KEY ix_task_meeting, DROP COLUMN meeting_id;
