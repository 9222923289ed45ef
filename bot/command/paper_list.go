package command

import (
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/paper"
	"huiban/bot/workday"
)

// listPaper is the kind of a meeting's 任务清单 as a document of its own; its
// subject is the meeting.
const listPaper = "list"

// writeList is 《会议任务清单》 of a meeting for its people (4.4).
func writeList(t *bot.Turn, id int64) (paper.Doc, error) {
	m, err := t.Book.Meeting(meeting.MeetingID(id))
	if err != nil {
		return paper.Doc{}, err
	}
	if !m.Involves(t.Who) {
		return paper.Doc{}, meeting.Refuse("R18", "这份清单只有参会人和抄送的人能看。")
	}
	tasks, err := t.Book.FindTasks(meeting.TaskQuery{Meeting: m.ID})
	if err != nil {
		return paper.Doc{}, fmt.Errorf("tasks of meeting %d: %w", m.ID, err)
	}
	d := paper.Doc{Title: line(m.Title) + "任务清单", Head: []string{"会议编号：" + dash(m.No)}}
	if m.Status == meeting.Live || m.Status == meeting.Over {
		d.Mark = "（草稿）"
	}
	if err := addList(t, &d, m, tasks, nil); err != nil {
		return paper.Doc{}, err
	}
	return d.Map(plainText), nil
}

// addList writes the records of a meeting's tasks, and what is none yet for it
// lacks an element (R33, R53). x is the minutes that put some of it off, if any.
func addList(t *bot.Turn, d *paper.Doc, m *meeting.Meeting, tasks []*meeting.Task, x *meeting.Minutes) error {
	var rows [][]string
	for _, k := range tasks {
		if k.Status == meeting.Cancelled {
			continue
		}
		owner, err := t.Book.Person(k.Owner)
		if err != nil {
			return fmt.Errorf("owner %d: %w", k.Owner, err)
		}
		who := k.Owner.Token()
		if owner.Department != "" {
			who += "（" + owner.Department + "）"
		}
		rows = append(rows, []string{
			k.No, line(k.Description), who, dash(names(k.Helpers)), k.Due.In(workday.Zone).Format("2006-01-02 15:04"),
			string(k.Priority), dash(k.Deliverable), dash(names(k.CC)), confirmedWhen(k),
		})
	}
	d.Grid([]string{"任务ID", "任务描述", "责任人（部门）", "配合人", "截止日期", "优先级", "交付物/验收标准", "抄送", "责任人确认"}, rows)
	lacking := lackingToDos(m, x)
	for _, e := range lacking {
		lacks := strings.Join(e.Lacks, "、")
		if lacks == "" {
			lacks = "责任人、截止日期"
		}
		d.Para("还缺要素，不进入台账：“" + line(e.Text) + "”还缺：" + lacks)
	}
	if len(rows)+len(lacking) == 0 {
		d.Para("无")
	}
	return nil
}

// lackingToDos are the tasks of the record that lack an element and were not put off.
func lackingToDos(m *meeting.Meeting, x *meeting.Minutes) []meeting.Entry {
	var out []meeting.Entry
	for _, e := range m.Entries {
		off := x != nil && slices.ContainsFunc(x.Lines, func(l meeting.Line) bool {
			return l.Section == meeting.OtherWork && l.Entry == e.ID
		})
		if e.Kind == meeting.ToDo && !e.Withdrawn && e.Task == 0 && !off {
			out = append(out, e)
		}
	}
	return out
}

// confirmedWhen is whether the owner has confirmed, and when (R45).
func confirmedWhen(k *meeting.Task) string {
	switch {
	case k.Confirm == meeting.Objected:
		return "责任人待定" // the reason is for the host alone
	case k.ConfirmedAt.IsZero():
		return "待确认"
	}
	return string(k.Confirm) + " " + k.ConfirmedAt.In(workday.Zone).Format("01-02 15:04")
}
