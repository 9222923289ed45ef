package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/when"
	"huiban/bot/workday"
)

func rescheduling() []bot.Command {
	return []bot.Command{
		bot.Define("会议改期", "给会议换个时间；先看一遍通知谁，再发出", reschedule).In(headPlan).Also("会议 改期", "改会议时间", "会议换个时间"),
		bot.Define("取消会议", "取消会议，写明原因；待办不受影响", cancelMeeting).In(headPlan).Also("会议 取消", "会议取消", "这个会取消"),
	}
}

type rescheduleArgs struct {
	Meeting string           `arg:"会议"`
	When    meeting.Deadline `arg:"新时间" alias:"时间 到 改到 新日期" opt:"find"`
	Minutes *int             `arg:"时长" alias:"分钟"`
	Reason  string           `arg:"原因" alias:"理由" opt:"rest"`
	Urgent  string           `arg:"紧急" alias:"紧急原因"`
	Sure    bool             `arg:"确认" alias:"发出" opt:"find"`
	Keep    bool             `arg:"不改了" alias:"不改 不发了" opt:"find"`
}

func reschedule(_ context.Context, t *bot.Turn, a rescheduleArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Planned, meeting.Noticed))
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case a.Keep:
		return keepAsIs(t, m)
	case a.Sure && a.When.Raw == "":
		return sendChange(t, m, false)
	}
	v, gap := a.move(t, m)
	if err := instead(m.Propose(t.Who, v, t.Now, t.Calendar), gap); err != nil {
		return bot.Reply{}, err
	}
	if m.Status == meeting.Planned && m.No == "" { // its first time draws its number (R66)
		if err := m.SetTime(t.Book, t.Who, m.Start, m.End); err != nil {
			return bot.Reply{}, err
		}
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	if m.Pending == nil {
		return tell(t, m, "会议改期").card("changed", m.Initiator, m.Host, m.Recorder).done(t, "已改到"+span(t, m), ""), nil
	}
	return private(t, bot.Face{Name: "change", Of: m.Ref(), For: t.Who}, ""), nil
}

// move reads the new time: without an hour the old one stays, without an end
// the length.
func (a rescheduleArgs) move(t *bot.Turn, m *meeting.Meeting) (meeting.Move, *meeting.Gap) {
	v := meeting.Move{Reason: a.Reason, Urgent: a.Urgent}
	if at, ok := strings.CutPrefix(a.Urgent, meeting.Instead+" "); ok {
		if other, err := time.ParseInLocation("2006-01-02 15:04", at, workday.Zone); err == nil {
			v.Start, v.Urgent = other, ""
			return a.lasting(v), nil
		}
	}
	d, end := fromTo(t, a.When)
	if !d.HourSaid && !d.At.IsZero() && !m.Start.IsZero() {
		old := m.Start.In(workday.Zone)
		d.At = workday.DateOf(d.At).At(workday.Clock(old.Hour()*60 + old.Minute()))
	}
	gap := doubt(t, "新时间", d)
	v.Start = settled(d, gap)
	if gap != nil && gap.Rule == "R38" {
		gap.Choices = nil // dates at the end of work are no times for a meeting
		gap.Say = "“" + cut(line(d.Raw), 20) + "”不是时间。改到什么时候？请写日期和时间，如8月14日14:00。"
	}
	if !v.Start.IsZero() {
		v.End = end
	}
	return a.lasting(v), gap
}

// fromTo reads a date that goes on to an end (10:00—11:30) as its beginning and
// that end, zero if there is none.
func fromTo(t *bot.Turn, d meeting.Deadline) (meeting.Deadline, time.Time) {
	found := when.Find(d.Raw, t.Now, t.Calendar)
	if len(found) == 0 || found[0].Start != 0 {
		return d, time.Time{}
	}
	r := found[0]
	end, till, ok := when.Until(d.Raw, r, t.Calendar)
	if !ok || till != len(d.Raw) {
		return d, time.Time{}
	}
	return meeting.Deadline{Raw: d.Raw[:r.End], At: r.At, HourSaid: r.HourSaid, Unsure: r.Unsure, Choices: r.Choices}, end
}

// lasting sets the end by the length that was said, if any.
func (a rescheduleArgs) lasting(v meeting.Move) meeting.Move {
	if a.Minutes != nil && !v.Start.IsZero() {
		v.End = v.Start.Add(time.Duration(*a.Minutes) * time.Minute)
	}
	return v
}

type cancelMeetingArgs struct {
	Meeting string `arg:"会议"`
	Reason  string `arg:"原因" alias:"理由" opt:"rest"`
	Sure    bool   `arg:"确认" alias:"发出" opt:"find"`
	Keep    bool   `arg:"不取消了" alias:"不取消" opt:"find"`
}

func cancelMeeting(_ context.Context, t *bot.Turn, a cancelMeetingArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Planned, meeting.Noticed))
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case a.Keep:
		return keepAsIs(t, m)
	case a.Sure && a.Reason == "":
		return sendChange(t, m, true)
	}
	before := m.Status
	if err := m.ProposeCancel(t.Who, a.Reason, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	if before == meeting.Planned {
		return tell(t, m, "会议取消").card("changed", m.Initiator, m.Host, m.Recorder).done(t, "已取消", "。还没有发预通知，不用通知参会人"), nil
	}
	return private(t, bot.Face{Name: "change", Of: m.Ref(), For: t.Who}, ""), nil
}

func keepAsIs(t *bot.Turn, m *meeting.Meeting) (bot.Reply, error) {
	if err := m.DropPending(t.Who); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Toast: "好，" + title(m) + "照旧，没有通知任何人。"}, t.Book.SaveMeeting(m)
}

// sendChange tells everybody at once of what was shown before (M6): also those
// who came instead of others and need not any more.
func sendChange(t *bot.Turn, m *meeting.Meeting, cancels bool) (bot.Reply, error) {
	people, was := m.People(), *m
	if err := m.SendPending(t.Who, cancels, t.Seen, t.Now, t.Calendar); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	what := "会议改期"
	if m.Status == meeting.CalledOff {
		what = "会议取消"
	}
	r := tell(t, m, what).card("changed", people...).group(m, "changed", "")
	if beforeMorning(t, was.Start) || beforeMorning(t, m.Start) {
		for i := range r.posts {
			r.posts[i].Class = bot.ClassPrompt
		}
	}
	told := fmt.Sprintf("，已通知%d人", len(among(t.Who, people...)))
	if m.Status == meeting.CalledOff {
		return r.done(t, "已取消"+told, ""), nil
	}
	return r.done(t, "已改到"+span(t, m)+told, "，请他们重新回复"), nil
}

// beforeMorning reports whether a meeting is on the day when people would hear
// of it otherwise, or before: then quiet time is no reason to wait (R90).
func beforeMorning(t *bot.Turn, start time.Time) bool {
	heard := workday.DateOf(t.Calendar.Later(t.Now))
	return start.After(t.Now) && !heard.Before(workday.DateOf(start))
}

// oldSlot is when a change moves the meeting from.
func oldSlot(t *bot.Turn, r meeting.Reschedule) string {
	return spanOf(t, r.FromStart, r.FromEnd)
}

func spanOf(t *bot.Turn, start, end time.Time) string {
	return span(t, &meeting.Meeting{Start: start, End: end})
}
