-- +goose Up
ALTER TABLE persons ADD COLUMN same_as BIGINT UNSIGNED NOT NULL DEFAULT 0, ADD KEY ix_person_same (same_as);

-- +goose Down
ALTER TABLE persons DROP KEY ix_person_same, DROP COLUMN same_as;
