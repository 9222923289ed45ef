package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// drawNotice is C2: the notice as each one sees it, with the buttons for the
// answer; a group sees no reading list (R13, R18).
func drawNotice(v meetingView) (card.Card, error) {
	m := v.m
	if m.Status == meeting.Planned {
		return drawSetup(v)
	}
	c := card.Card{Title: "预通知：" + cut(line(m.Title), 14), Tone: card.Blue, Fields: v.noticeFields(), Table: agendaTable(m)}
	if m.Urgent {
		c.Title = "紧急预通知：" + cut(line(m.Title), 13)
	}
	c.Files = v.readingFiles()
	switch m.Status {
	case meeting.Noticed:
		c.Body, c.Buttons = v.noticeBody(), v.noticeButtons()
	case meeting.CalledOff, meeting.Failed:
		c.Tone, c.Body = card.Grey, "这个会"+string(m.Status)+"，不用参加了。"
	case meeting.Live, meeting.Adjourned:
		c.Tone, c.Body = card.Grey, "会议"+string(m.Status)+"。"
	default:
		c.Tone, c.Body = card.Grey, "会议已结束。"
	}
	return c, nil
}

// noticeFields are when and where, what for, who and what to read (R13).
func (v meetingView) noticeFields() []card.Field {
	m := v.m
	when := v.slot() + "，" + string(m.Form)
	if n := len(m.Reschedules); n > 0 {
		when += "（原定" + meeting.Moment(m.Reschedules[n-1].FromStart, v.t.Now) + "）"
	}
	fields := []card.Field{
		{Label: "时间", Value: when}, {Label: "目标", Value: numberedGoals(m)}, {Label: "分工", Value: rolesLine(m)}, {Label: "参会", Value: guestList(m)},
	}
	if len(m.CC) > 0 {
		fields = append(fields, card.Field{Label: "抄送", Value: names(m.CC)})
	}
	if v.who != meeting.Nobody {
		read := "无"
		if len(m.Materials) > 0 {
			all := make([]string, len(m.Materials))
			for i, x := range m.Materials {
				all[i] = materialPiece(x)
			}
			read = strings.Join(all, "；")
		}
		fields = append(fields, card.Field{Label: "请先看", Value: read})
	}
	return append(fields, card.Field{Label: "编号", Value: m.No})
}

// readingFiles are the files to read before, for whom they are meant (R18).
func (v meetingView) readingFiles() []card.File {
	if v.who == meeting.Nobody || !v.m.Involves(v.who) {
		return nil
	}
	var out []card.File
	for _, x := range v.m.Materials {
		if x.File != nil {
			out = append(out, card.File{Name: x.File.Name, URL: x.File.ID})
		}
	}
	return out
}

// agendaTable is the topics with what each is to end in (R3, R5, R6, R19).
func agendaTable(m *meeting.Meeting) *card.Table {
	if len(m.Topics) == 0 {
		return nil
	}
	t := &card.Table{Head: []string{"议题", "期望产出", "时长", "汇报"}}
	for _, x := range m.Topics {
		long, who := "", ""
		if x.Minutes > 0 {
			long = strconv.Itoa(x.Minutes) + "分钟"
		}
		if x.Presenter != meeting.Nobody {
			who = x.Presenter.Token()
		}
		say := fmt.Sprintf("%d %s", x.Seq, line(x.Title))
		if x.In != "" {
			say += "（谈" + cut(line(x.In), 30) + "）"
		}
		if x.Out != "" {
			say += "（不谈" + cut(line(x.Out), 30) + "）"
		}
		t.Rows = append(t.Rows, []string{say, line(x.Wants()), long, who})
	}
	return t
}

// noticeBody is what the reader is asked for.
func (v meetingView) noticeBody() string {
	m := v.m
	var lines []string
	p := m.Participant(v.who)
	switch {
	case v.who == meeting.Nobody:
		lines = append(lines, "请参会人回复能否参加，详情已私聊发给各位。"+rsvpLine(m)+"。")
	case p == nil:
		lines = append(lines, "抄送给您，不用回复。")
	case p.RSVP == meeting.Unanswered:
		lines = append(lines, "请回复能否参加。")
	default:
		lines = append(lines, "您已回复："+string(p.RSVP)+"。有变化再点一次。")
	}
	if need := askedUnits(m); len(need) > 0 {
		lines = append(lines, "请"+strings.Join(need, "、")+"在"+meeting.Moment(m.OpinionsDue, v.t.Now)+"前反馈预讨论意见。")
	}
	if v.who != meeting.Nobody && m.Leads(v.who) {
		lines = append(lines, rsvpLine(m)+"。")
	}
	return strings.Join(lines, "\n")
}

// askedUnits are the departments that are to give their opinion before (R19).
func askedUnits(m *meeting.Meeting) []string {
	var out []string
	for _, x := range m.Topics {
		for _, d := range x.Needs {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

// noticeButtons: whoever takes part answers; whoever is from a department that is
// asked gives its opinion; whoever leads sees who has not answered.
func (v meetingView) noticeButtons() []card.Button {
	m := v.m
	var out []card.Button
	p := m.Participant(v.who)
	if v.who == meeting.Nobody || p != nil {
		out = append(out, v.act("参加", "参加", "参加"), v.act("请假", "不能参加", "请假"), v.act("代参会", "请人代参会", "代参会"))
	}
	if p != nil && slices.Contains(askedUnits(m), p.Department) {
		out = append(out, v.act("预讨论", "填预讨论意见", "预讨论"))
	}
	if v.who != meeting.Nobody && m.Leads(v.who) {
		out = append(out, v.act("谁没回", "谁没回", "回执"))
	}
	return out
}

// drawOutgoing shows who will get the notice and what they will read, before it
// goes.
func drawOutgoing(v meetingView) (card.Card, error) {
	m := v.m
	if m.Status != meeting.Planned {
		return drawNotice(v)
	}
	missing, warnings, err := m.Gate(v.t.Book, v.t.Now, v.t.Calendar)
	if err != nil || len(missing) > 0 {
		c, again := drawSetup(v)
		if err == nil {
			err = again
		}
		return c, err
	}
	to := m.Recipients()
	fields := append([]card.Field{{Label: "发给", Value: fmt.Sprintf("%d人：%s", len(to), names(to))}}, v.noticeFields()...)
	if m.Chat != "" {
		fields[0].Value += "；群里只发简要"
	}
	c := card.Card{Title: "请核对：" + cut(line(m.Title), 14), Tone: card.Blue, Fields: fields, Table: agendaTable(m), Files: v.readingFiles()}
	lines := []string{"还没有发出。核对后点〔发出〕。"}
	if m.Late(v.t.Now, v.t.Calendar) {
		lines = append(lines, "不足2个工作日，会盖“紧急”。原因只有管理员和领导看得到。")
	}
	for i, w := range warnings {
		if i == shownWarnings {
			break
		}
		lines = append(lines, "- 提醒："+w.Say)
	}
	c.Body = strings.Join(lines, "\n")
	send := v.act("发预通知", "发出", "发预通知", "确认", "确认")
	send.Confirm = fmt.Sprintf("发给%d人，发出后不能收回。发出吗？", len(to))
	c.Buttons = []card.Button{send, v.act("筹备", "再改改", "筹备")}
	return c, nil
}
