package command

import (
	"huiban/bot"
	"huiban/bot/meeting"
)

// meetingItems are the digest's lines about a meeting.
func meetingItems(meetingView) []item { return nil }

// minutesItems are the digest's lines about minutes.
func minutesItems(*bot.Turn, *meeting.Minutes, meeting.PersonID) []item { return nil }
