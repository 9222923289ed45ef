-- +goose Up
ALTER TABLE copies ADD COLUMN look TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE copies DROP COLUMN look;
