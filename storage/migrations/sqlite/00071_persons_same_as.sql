-- +goose Up
ALTER TABLE persons ADD COLUMN same_as INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ix_person_same ON persons (same_as);

-- +goose Down
DROP INDEX ix_person_same;
ALTER TABLE persons DROP COLUMN same_as;
