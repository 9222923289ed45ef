package dingtalk

import (
	"maps"
	"slices"
	"strings"

	"huiban/bot"
)

// The longest text of one message, in characters, and the longest msgParam, in
// bytes; the platform's limit is 15 000 bytes.
const (
	mostText  = 3800
	mostParam = 14_000
)

// A robotMessage is one message of the robot API.
type robotMessage struct {
	Key   string // msgKey
	Param string // msgParam, JSON
}

// robotTexts are the messages that a text becomes. In them nothing is markup, and
// nobody can be mentioned.
func robotTexts(text string, people map[string]bot.Shown) []robotMessage {
	var out []robotMessage
	for _, part := range textParts(plain(text, people)) {
		out = append(out, robotMessage{"sampleText", toJSON(map[string]string{"content": part})})
	}
	return out
}

// textParts cuts a text into what one message holds, also when each of its signs is
// written in six bytes.
func textParts(text string) []string {
	var out []string
	for _, part := range pieces(printable(text), mostText) {
		if len(toJSON(part)) <= mostParam-100 {
			out = append(out, part)
			continue
		}
		out = append(out, pieces(part, mostText/2)...)
	}
	out = slices.DeleteFunc(out, func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(out) == 0 {
		return []string{"（没有内容）"}
	}
	return out
}

// sessionTexts are the answers by a session that a text becomes. group says whether
// people can be mentioned.
func sessionTexts(text string, people map[string]bot.Shown, group bool) []object {
	voice := plainVoice
	if group {
		voice = calledVoice
	}
	var out []object
	for _, part := range pieces(text, mostText/2) {
		for _, said := range textParts(voice.say(part, people)) {
			m := object{"msgtype": "text", "text": object{"content": said}}
			if at := mentioned(people, part); group && len(at) > 0 {
				m["at"] = atUsers(at, said)
			}
			out = append(out, m)
		}
	}
	return out
}

// atUsers mentions those of the people whose @ stands in what is said.
func atUsers(people map[string]string, said string) object {
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(people)), func(id string) bool { return !strings.Contains(said, "@"+id+" ") })
	return object{"atUserIds": ids, "isAtAll": false}
}
