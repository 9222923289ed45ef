package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// meetingQueries list what a person may see of their own meetings (R18, R89).
func meetingQueries() []bot.Command {
	return []bot.Command{
		bot.Define("我的会议", "看您要参加、主持或记录的会，轮到您做什么", myMeetings).In(headQuery).Also("我的会", "会议列表", "有哪些会", "我有哪些会"),
		bot.Define("今天的会", "看您今天有什么会、几点在哪里", todaysMeetings).In(headQuery).Also("今天有什么会", "今天有会吗", "今天开什么会", "今日会议"),
	}
}

// meetingsOf are the open meetings of a person: what is ahead by time, then what
// is over and still in work, the newest first.
func meetingsOf(t *bot.Turn, who meeting.PersonID) ([]*meeting.Meeting, error) {
	all, err := t.Book.FindMeetings(meeting.MeetingQuery{Involves: who, Open: true})
	if err != nil {
		return nil, fmt.Errorf("meetings of person %d: %w", who, err)
	}
	slices.SortStableFunc(all, func(a, b *meeting.Meeting) int {
		switch past, other := isPast(a), isPast(b); {
		case past && other:
			return b.Start.Compare(a.Start)
		case past:
			return 1
		case other:
			return -1
		}
		return 0
	})
	return all, nil
}

// isPast reports whether people have met already.
func isPast(m *meeting.Meeting) bool {
	return m.Status == meeting.Over || m.Status == meeting.Tracking
}

func myMeetings(_ context.Context, t *bot.Turn, _ noArgs) (bot.Reply, error) {
	all, err := meetingsOf(t, t.Who)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(all) == 0 {
		return private(t, bot.Face{}, "您现在没有会议。要开会发“新建会议 名称 时间”。"), nil
	}
	return private(t, bot.Face{Name: "meetings", Of: t.Who.Ref(), For: t.Who}, ""), nil
}

// todaysMeetings answers where it was asked if all of it belongs there, else
// privately (R18).
func todaysMeetings(_ context.Context, t *bot.Turn, _ noArgs) (bot.Reply, error) {
	day := workday.DateOf(t.Now)
	all, err := t.Book.FindMeetings(meeting.MeetingQuery{Involves: t.Who, From: day.At(0), Till: day.AddDays(1).At(0)})
	if err != nil {
		return bot.Reply{}, fmt.Errorf("today's meetings of person %d: %w", t.Who, err)
	}
	all = slices.DeleteFunc(all, func(m *meeting.Meeting) bool { return !m.Open() })
	if len(all) == 0 {
		return bot.Reply{Text: "您今天没有会。发“我的会议”看后面的。"}, nil
	}
	lines := []string{fmt.Sprintf("您今天有%d个会：", len(all))}
	elsewhere := false
	for _, m := range all {
		elsewhere = elsewhere || !m.Meets(string(t.Chat))
		lines = append(lines, "- "+todayLine(m))
	}
	text := strings.Join(lines, "\n")
	if elsewhere && !t.Private {
		return private(t, bot.Face{}, text), nil
	}
	return bot.Reply{Text: text}, nil
}

// todayLine is a meeting of the day in a line, for anybody who is in its group.
func todayLine(m *meeting.Meeting) string {
	say := clock(m.Start)
	if m.End.After(m.Start) {
		say += "—" + clock(m.End)
	}
	say += " " + title(m)
	if m.Place != "" {
		say += "，" + line(m.Place)
	}
	switch m.Status {
	case meeting.Planned:
		say += "，还没有发预通知"
	case meeting.Noticed:
		say += "，" + rsvpLine(m)
	case meeting.CalledOff, meeting.Failed, meeting.Archived:
	case meeting.Live, meeting.Adjourned, meeting.Over, meeting.Tracking:
		say += "，" + string(m.Status)
	}
	return say
}
