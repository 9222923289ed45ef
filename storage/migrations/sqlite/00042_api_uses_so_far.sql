-- +goose Up
INSERT OR IGNORE INTO api_uses (platform, month, kind, calls) SELECT platform, month, '', calls FROM api_calls;

-- +goose Down
DELETE FROM api_uses;
