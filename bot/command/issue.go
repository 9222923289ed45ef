package command

import (
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

// issueMinutes lets the minutes out (R55): the readers are told, the meeting is
// tracked from now on, and what it handed out enters the ledger (R65, M17).
func issueMinutes(t *bot.Turn, x *meeting.Minutes, m *meeting.Meeting) (bot.Reply, error) {
	readers, err := readersOf(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	text, err := textOf(t, x, m, issuedMark(x))
	if err != nil {
		return bot.Reply{}, err
	}
	if err := x.Issue(t.Who, t.Seen, readers, text, t.Now, t.Calendar); err != nil {
		return refuse(t, x, err)
	}
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	m.Track(t.Who)
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	ledger, err := enterLedger(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, x, "纪要分发给您").card("issue", people(x.Readers)...)
	r.group(m, "", title(m)+"的纪要"+x.Edition()+"已分发，详情见私聊。")
	reply := r.done(t, "已分发", x.Edition()+"，"+sentTo(x)+"。意见截至"+meeting.Moment(x.FeedbackUntil, t.Now)+"，未回复不视为同意"+lateIssue(x))
	reply.Posts = append(reply.Posts, ledger...)
	return reply, nil
}

// lateIssue flags an issue after the 24 hours (R55).
func lateIssue(x *meeting.Minutes) string {
	if x.IssuedLate() {
		return "（已超24小时时限，记为晚发）"
	}
	return ""
}

func readersOf(t *bot.Turn, m *meeting.Meeting) ([]meeting.Reader, error) {
	everyone, err := t.Book.Everyone()
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return meeting.ReadersOf(m, everyone), nil
}

// people are the persons of readers, of some kinds or of all.
func people(readers []meeting.Reader, kinds ...meeting.ReaderKind) []meeting.PersonID {
	var out []meeting.PersonID
	for _, r := range readers {
		if len(kinds) == 0 || r.Why == kinds[0] {
			out = append(out, r.Person)
		}
	}
	return out
}

// sentTo says how many got the minutes: 参会11人、需知晓2人，抄送@高远.
func sentTo(x *meeting.Minutes) string {
	say := fmt.Sprintf("参会%d人", len(people(x.Readers, meeting.TookPart)))
	if n := len(people(x.Readers, meeting.NeedsIt)); n > 0 {
		say += fmt.Sprintf("、需知晓%d人", n)
	}
	if cc := people(x.Readers, meeting.GetsACopy); len(cc) > 0 {
		say += "，抄送" + names(cc)
	}
	return say
}

// enterLedger notes the first issue on every task of the meeting and shows each
// person one card of what concerns them (M17).
func enterLedger(t *bot.Turn, m *meeting.Meeting) ([]bot.Post, error) {
	tasks, err := t.Book.FindTasks(meeting.TaskQuery{Meeting: m.ID})
	if err != nil {
		return nil, fmt.Errorf("tasks of meeting %d: %w", m.ID, err)
	}
	var concerned []meeting.PersonID
	for _, k := range tasks {
		if !k.Enter(t.Who, t.Now) {
			continue
		}
		if err := t.Book.SaveTask(k); err != nil {
			return nil, err
		}
		concerned = append(concerned, k.Owner)
		concerned = append(concerned, around(k)...)
	}
	var out []bot.Post
	for _, p := range among(meeting.Nobody, concerned...) {
		out = append(out, bot.Post{
			To: bot.To{Person: p}, Face: bot.Face{Name: "entered", Of: m.Ref(), For: p},
			Class: bot.ClassNews, Why: "您的待办已记入跟踪表",
		})
	}
	return out, nil
}
