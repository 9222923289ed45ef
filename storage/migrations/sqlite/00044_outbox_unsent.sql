-- +goose Up
CREATE INDEX IF NOT EXISTS ix_outbox_unsent ON outbox (lane, id) WHERE state = 7; -- 7: unsent

-- +goose Down
DROP INDEX ix_outbox_unsent;
