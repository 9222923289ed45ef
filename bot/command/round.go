package command

import (
	"slices"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A round is what one turn tells people about a task, a meeting or its papers:
// nobody hears of what they did themselves, and nobody hears twice.
type round struct {
	of    meeting.Subject
	why   string
	told  []meeting.PersonID
	posts []bot.Post
}

// tell begins a round; why is what 送达 shows for its posts, so it names no
// reason that is not for everybody.
func tell(t *bot.Turn, of meeting.Subject, why string) *round {
	return &round{of: of, why: why, told: []meeting.PersonID{t.Who, meeting.Nobody}}
}

// card shows a face of the subject to each of the people.
func (r *round) card(face string, people ...meeting.PersonID) *round {
	return r.each(people, func(p meeting.PersonID) bot.Post {
		return bot.Post{Face: bot.Face{Name: face, Of: r.of.Ref(), For: p}}
	})
}

// text says a sentence about the subject to each of the people; a number comes
// last.
func (r *round) text(say string, people ...meeting.PersonID) *round {
	return r.each(people, func(meeting.PersonID) bot.Post {
		return bot.Post{Text: say + numbered(r.of), Face: bot.Face{Of: r.of.Ref()}}
	})
}

func (r *round) each(people []meeting.PersonID, post func(meeting.PersonID) bot.Post) *round {
	for _, p := range people {
		if slices.Contains(r.told, p) {
			continue
		}
		r.told = append(r.told, p)
		one := post(p)
		one.To, one.Class, one.Why = bot.To{Person: p}, bot.ClassNews, r.why
		r.posts = append(r.posts, one)
	}
	return r
}

// group shows a face of the subject, and a sentence, in every group of a meeting.
func (r *round) group(m *meeting.Meeting, face, say string) *round {
	return r.groupBut("", m, face, say)
}

// groupBut is group without the one where it is said anyway.
func (r *round) groupBut(chat string, m *meeting.Meeting, face, say string) *round {
	for _, room := range m.Rooms() {
		if room == chat {
			continue
		}
		r.posts = append(r.posts, bot.Post{
			To: bot.To{Chat: bot.ChatID(room)}, Text: say, Face: bot.Face{Name: face, Of: r.of.Ref()},
			Class: bot.ClassNews, Why: r.why,
		})
	}
	return r
}

// done answers whoever just acted and sends the round. A tap gets the short
// word, for the card itself shows the rest; typed words are answered with the
// thing and its number.
func (r *round) done(t *bot.Turn, short, more string) bot.Reply {
	say := short + "。"
	if t.Origin != bot.Tapped {
		say = short + "：" + spoken(r.of) + more + "。" + numbered(r.of)
	}
	return bot.Reply{Toast: say, Posts: r.posts}
}

// private shows something where only the person sees it: in a group the words
// are answered with where to look.
func private(t *bot.Turn, f bot.Face, text string) bot.Reply {
	if t.Private {
		return bot.Reply{Text: text, Face: f}
	}
	return bot.Reply{
		Toast: "已私聊发给您。",
		Posts: []bot.Post{{To: bot.To{Person: t.Who}, Text: text, Face: f, Class: bot.ClassAnswer, Why: "您要看的内容"}},
	}
}
