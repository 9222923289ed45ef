-- +goose Up
-- ix_outbox_lane (lane, state, place) serves what is unsent (state 7) as well.
SELECT 1;

-- +goose Down
SELECT 1;
