package main

import (
	"log/slog"

	"huiban/bot"
	"huiban/configs"
	"huiban/storage"
)

// platforms are the chat services that the configuration names; none is an
// answer too.
func platforms(_ configs.Config, _ *storage.Store, _ *callCounter, _ *slog.Logger) ([]bot.Platform, error) {
	return nil, nil
}
