package command

import (
	"testing"

	"huiban/bot/bottest"
)

func TestTranscripts(t *testing.T) { bottest.Transcripts(t, "testdata/transcripts", script()) }
