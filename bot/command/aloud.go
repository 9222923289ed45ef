package command

import (
	"huiban/bot"
	"huiban/bot/meeting"
)

// An announcement is what a running meeting says: to its groups once, in the few
// moments of 2.5, and to people. It is never held back: everybody sits there.
type announcement struct {
	*round
	t        *bot.Turn
	m        *meeting.Meeting
	here     string // for the group, if the words were said there
	hereFace string
}

func aloud(t *bot.Turn, m *meeting.Meeting, why string) *announcement {
	return &announcement{round: tell(t, m, why), t: t, m: m}
}

// hereToo reports whether the words were typed in a group of the meeting, so that
// the answer there is what the group is told.
func (a *announcement) hereToo() bool {
	return a.m.Meets(string(a.t.Chat)) && a.t.Origin != bot.Tapped
}

func (a *announcement) group(say string) { a.say(say, "") }

func (a *announcement) groupCard(face string) { a.say("", face) }

func (a *announcement) say(say, face string) {
	except := ""
	if a.hereToo() {
		a.here, a.hereFace, except = say, face, string(a.t.Chat)
	}
	a.groupBut(except, a.m, face, say)
}

// opened shows the groups the record as it is taken, or only that people meet
// where others read along or nobody can tell from here (R18).
func (a *announcement) opened(shut bool) {
	for _, room := range a.m.Rooms() {
		face, here := "opened", room == string(a.t.Chat)
		if here && !shut || !here && a.m.Clear(room) {
			face = "console"
		}
		if here && a.hereToo() {
			a.hereFace = face
			continue
		}
		a.posts = append(a.posts, bot.Post{
			To: bot.To{Chat: bot.ChatID(room)}, Face: bot.Face{Name: face, Of: a.m.Ref()}, Class: bot.ClassNews, Why: a.why,
		})
	}
}

// own is a card for whoever spoke, who hears of nothing else in private.
func (a *announcement) own(face string) []bot.Post {
	if a.t.Who != a.m.Host && a.t.Who != a.m.Recorder {
		return nil
	}
	return []bot.Post{{
		To: bot.To{Person: a.t.Who}, Face: bot.Face{Name: face, Of: a.m.Ref(), For: a.t.Who}, Class: bot.ClassAnswer, Why: a.why,
	}}
}

// done answers whoever spoke: in the group with what the group is told, else
// with the short word.
func (a *announcement) done(short, more string) (bot.Reply, error) {
	for i := range a.posts {
		a.posts[i].Class = bot.ClassAnswer
	}
	reply := bot.Reply{Toast: short + more + "。", Posts: a.posts}
	if a.hereToo() && (a.here != "" || a.hereFace != "") {
		reply.Text = a.here
		if a.hereFace != "" {
			reply.Face = bot.Face{Name: a.hereFace, Of: a.m.Ref()}
		}
	}
	return reply, nil
}
