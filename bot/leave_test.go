package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/paper"
	"huiban/bot/workday"
)

type noteArgs struct {
	Owner meeting.PersonID `arg:"责任人" opt:"find"`
	Entry string           `arg:"记录" opt:"hidden"`
	Text  string           `arg:"内容" opt:"rest"`
}

type lineArgs struct {
	Text string `arg:"要点" opt:"rest"`
}

// recording is a rig whose commands record: 记 keeps what it hears even if the
// owner is missing, and every line of the host is a 讨论 while she records.
func recording(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	keep := func(t *bot.Turn, what, text string) error {
		m := &meeting.Meeting{Title: what + " " + text, Chat: "toy:g", Initiator: t.Who}
		return t.Book.SaveMeeting(m)
	}
	note := func(_ context.Context, t *bot.Turn, a noteArgs) (bot.Reply, error) {
		if a.Owner != meeting.Nobody {
			return bot.Reply{Toast: "记全了"}, keep(t, "补"+a.Entry, a.Owner.Token()+a.Text)
		}
		g := meeting.Gap{Field: "责任人", Rule: "R35", Say: "谁？"}
		ask := &bot.Ask{Have: map[string]string{"记录": "7"}, Gaps: []meeting.Gap{g}}
		return bot.Reply{Text: "先记下", Ask: ask}, keep(t, "缺", a.Text)
	}
	talk := func(_ context.Context, t *bot.Turn, a lineArgs) (bot.Reply, error) {
		return bot.Reply{Toast: "✓"}, keep(t, "讨论", a.Text)
	}
	on := func(t *bot.Turn) (bool, error) { return t.Private && t.Who == 1, nil }
	commands := append(toyCommands(),
		bot.Define("记", "记待办", note).In("会中").Partial(),
		bot.Define("讨论", "记要点", talk).In("会中").Records(on),
		bot.Define("帮助", "帮助", func(context.Context, *bot.Turn, noArgs) (bot.Reply, error) { return bot.Reply{Text: "帮您"}, nil }).In("查询"),
	)
	r.e = bot.New(r.store, bot.Options{
		Commands: commands, Faces: toyFaces(), Words: toyWords(), Platforms: []bot.Platform{r.toy},
		Papers: []bot.PaperDef{{Kind: meeting.KindMeeting, Write: func(t *bot.Turn, id int64) (paper.Doc, error) {
			if t.Who != 1 {
				return paper.Doc{}, meeting.Refuse("R18", "不给看")
			}
			m, err := t.Book.Meeting(meeting.MeetingID(id))
			if err != nil {
				return paper.Doc{}, err
			}
			return paper.Doc{Title: m.Title, Head: []string{m.Initiator.Token()}}, nil
		}}},
		Calendar: workday.New(workday.DefaultHours(), workday.Official()...), Now: func() time.Time { return r.now },
	})
	return r
}

func (r *rig) titles() string {
	r.t.Helper()
	var out []string
	must(r.t, r.store.View(r.t.Context(), func(tx bot.Tx) error {
		all, err := tx.FindMeetings(meeting.MeetingQuery{})
		for _, m := range all {
			out = append(out, m.Title)
		}
		return err
	}))
	return strings.Join(out, "；")
}

// TestR33_WhatIsIncompleteIsKeptAndAskedFor: a handler may write what it could
// and leave a question behind, also where a part could not be read; a newer line
// does not lose what was written, and the answer comes with what was kept.
func TestR33_WhatIsIncompleteIsKeptAndAskedFor(t *testing.T) {
	r := recording(t)
	r.say("toy:host", "@会办 记 出一份文档")
	if got := r.titles(); got != "缺 出一份文档" || !strings.Contains(r.said(), "先记下") || !strings.Contains(r.said(), "还差  | 责任人") {
		t.Fatalf("kept %s, said\n%s", got, r.said())
	}
	r.say("toy:host", "@会办 @许哲")
	if got := r.titles(); got != "缺 出一份文档；补7 @{p2}出一份文档" {
		t.Errorf("kept %s", got)
	}
	r.say("toy:host", "@会办 记 再出一份 责任人:没有的人")
	if got := r.titles(); !strings.HasSuffix(got, "；缺 再出一份") {
		t.Errorf("with somebody unknown: %s", got)
	}
	r.say("toy:host", given)
	if got := r.titles(); !strings.HasSuffix(got, "；缺 再出一份") || len(r.tasks()) != 1 {
		t.Errorf("after another line: %s", got)
	}
}

// TestR30_EveryLineIsARecordLine in 记录模式, but for the commands of the record,
// a bare command and the answer to a question.
func TestR30_EveryLineIsARecordLine(t *testing.T) {
	r := recording(t)
	for _, c := range []struct{ line, kept string }{
		{"确认要做回归测试", "讨论 确认要做回归测试"},
		{"派 @许哲 写完接口文档 8月17日17:00", "讨论 派 @{p2}  写完接口文档 8月17日17:00"},
		{"讨论 展会在11月", "讨论 展会在11月"},
		{"记 出一份文档", "缺 出一份文档"},
		{"@许哲", "补7 @{p2}出一份文档"},
		{"帮助", ""},
	} {
		before := r.titles()
		r.privately("toy:host", c.line)
		want := strings.TrimPrefix(before+"；"+c.kept, "；")
		if c.kept == "" {
			want = before
		}
		if got := r.titles(); got != want {
			t.Errorf("%s: %s", c.line, strings.TrimPrefix(got, before))
		}
	}
	before := r.titles()
	r.privately("toy:owner", "我只是问一句")
	r.say("toy:host", "@会办 群里的一句话")
	if got := r.titles(); got != before {
		t.Errorf("not in 记录模式: %s", strings.TrimPrefix(got, before))
	}
}

// TestR18_PaperIsForWhoMayRead: the document names people, and is refused to the
// others; what is not there is not found.
func TestR18_PaperIsForWhoMayRead(t *testing.T) {
	r := recording(t)
	r.privately("toy:host", "讨论 纪要")
	doc, err := r.e.Paper(t.Context(), "toy:host", meeting.KindMeeting, 1)
	if err != nil || doc.Title != "讨论 纪要" || doc.Head[0] != "周敏" {
		t.Errorf("%+v, %v", doc, err)
	}
	for _, who := range []bot.Account{"toy:owner", "toy:nobody"} {
		if _, err := r.e.Paper(t.Context(), who, meeting.KindMeeting, 1); !refused(err, "R18") {
			t.Errorf("%s: %v", who, err)
		}
	}
	for _, kind := range []string{meeting.KindMeeting, "nothing"} {
		if _, err := r.e.Paper(t.Context(), "toy:host", kind, 99); !errors.Is(err, meeting.ErrNotFound) {
			t.Errorf("%s 99: %v", kind, err)
		}
	}
}

func refused(err error, rule string) bool {
	no, ok := errors.AsType[*meeting.Refusal](err)
	return ok && no.Rule == rule
}
