package command

import (
	"cmp"
	"context"
	"regexp"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

type erratumArgs struct {
	Meeting string `arg:"会议" alias:"纪要号"`
	Was     string `arg:"原文"`
	Now     string `arg:"更正" alias:"更正为 补充"`
	Reason  string `arg:"原因" alias:"理由"`
	Text    string `arg:"内容" opt:"rest"`
}

// minutesNumber is a number of minutes at the head of words.
var minutesNumber = regexp.MustCompile(`(?s)^(\S*\d{8}-\d{2}|\d{2}-\d{2})\s+(.*)$`)

// sealedMinutes are those that an erratum may be for.
func sealedMinutes(x *meeting.Minutes) bool {
	return x.Kind == meeting.TheMinutes && x.State == meeting.Final
}

// startErratum proposes a correction of a 终稿 (R61).
func startErratum(_ context.Context, t *bot.Turn, a erratumArgs) (bot.Reply, error) {
	a = a.number()
	was, now, ok := exchanged(a.Text)
	if !ok {
		was, now = strings.Trim(a.Text, "“”\" "), ""
	}
	a.Was, a.Now = cmp.Or(a.Was, was), cmp.Or(a.Now, now)
	return a.propose(t, meeting.AnErratum)
}

// startSupplement proposes to add to a 终稿 (R61).
func startSupplement(_ context.Context, t *bot.Turn, a erratumArgs) (bot.Reply, error) {
	a = a.number()
	if a.Now == "" {
		a.Now = a.Text
	}
	a.Was = ""
	return a.propose(t, meeting.ASupplement)
}

// number takes the number of the minutes off the head of the words.
func (a erratumArgs) number() erratumArgs {
	if g := minutesNumber.FindStringSubmatch(a.Text); g != nil && a.Meeting == "" {
		a.Meeting, a.Text = g[1], g[2]
	}
	return a
}

func (a erratumArgs) propose(t *bot.Turn, kind meeting.MinutesKind) (bot.Reply, error) {
	of, m, err := whichMinutes(t, a.Meeting, sealedMinutes)
	if err != nil {
		return bot.Reply{}, err
	}
	e := meeting.Erratum{Was: a.Was, Now: a.Now, Reason: a.Reason, By: t.Who}
	refused, err := t.Book.FindMinutes(meeting.MinutesQuery{Of: of.ID})
	if err != nil {
		return bot.Reply{}, err
	}
	x, err := meeting.StartErratum(t.Book, of, kind, e, refused)
	if err != nil {
		return bot.Reply{}, err
	}
	text, err := textOf(t, x, m, "")
	if err != nil {
		return bot.Reply{}, err
	}
	if err := x.SubmitErratum(t.Who, text, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, x, string(kind)+"请您批准").card("review", x.Reviews())
	if x.Reviews() == t.Who { // the host asks themselves
		return private(t, bot.Face{Name: "review", Of: x.Ref(), For: t.Who}, ""), nil
	}
	return r.done(t, "已提交", "，等"+x.Reviews().Token()+"批准，终稿本身不改"), nil
}

// passErratum issues and seals an erratum at once, to the readers of its minutes.
func passErratum(t *bot.Turn, x *meeting.Minutes, m *meeting.Meeting) (bot.Reply, error) {
	text, err := textOf(t, x, m, "")
	if err != nil {
		return bot.Reply{}, err
	}
	if err := x.PassErratum(t.Who, t.Seen, text, t.Now); err != nil {
		return refuse(t, x, err)
	}
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, x, string(x.Kind)+"已发布").card("issue", append(people(x.Readers), x.Recorder)...)
	return r.done(t, "已批准并发布", "，校验码"+x.Code()), nil
}

// erratumLine is what an erratum or a supplement says, on one line.
func erratumLine(x *meeting.Minutes) string {
	e := x.Erratum
	if e.Was == "" {
		return line(e.Now)
	}
	return "“" + line(e.Was) + "”更正为“" + line(e.Now) + "”"
}
