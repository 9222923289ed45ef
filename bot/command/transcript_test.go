package command

import (
	"testing"

	"huiban/bot/bottest"
	"huiban/bot/workday"
)

func TestTranscripts(t *testing.T) {
	bottest.Transcripts(t, "testdata/transcripts", bottest.ScriptOptions{
		Commands: All(), Faces: Faces(), Jobs: Jobs(workday.DefaultHours()), Words: Words(),
		Calendar: workday.New(workday.DefaultHours(), workday.Official()...),
	})
}
