-- +goose Up
ALTER TABLE copies ADD COLUMN look VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE copies DROP COLUMN look;
