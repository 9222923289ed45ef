package command

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

// key is a meeting in the arguments of a button: it has no number before its
// date is known.
func key(m *meeting.Meeting) string { return "M" + strconv.FormatInt(int64(m.ID), 10) }

// keyed is what key writes.
var keyed = regexp.MustCompile(`^[Mm](\d{1,18})$`)

// which finds the meeting that is meant: the one named, else the one that the
// card is about, else the one in this group, or in the private chat the one the
// person has a part in, for which fits holds. One that runs goes before the
// others; several are asked about (6.1). If none fits, the nearest is returned,
// so that its rule says how it stands and what is possible now. Every command
// of a meeting has an argument 会议.
func which(t *bot.Turn, typed string, fits func(*meeting.Meeting) bool) (*meeting.Meeting, error) {
	m, err := find(t, strings.TrimSpace(typed), fits)
	if err != nil {
		return nil, err
	}
	return m, t.BelongsTo(m.Chat, m.ID)
}

func find(t *bot.Turn, typed string, fits func(*meeting.Meeting) bool) (*meeting.Meeting, error) {
	about, err := aboutMeeting(t)
	if err != nil {
		return nil, err
	}
	if about != nil && (typed == "" || calls(about, typed)) {
		return about, nil
	}
	near, err := nearMeetings(t)
	if err != nil {
		return nil, err
	}
	if typed != "" {
		near = slices.DeleteFunc(near, func(m *meeting.Meeting) bool { return !calls(m, typed) })
		if len(near) == 0 {
			return nil, meeting.Refuse("R18", "没有找到您能看的会议“"+cut(line(typed), 20)+"”。发“我的会议”看看。")
		}
	}
	fit := slices.DeleteFunc(slices.Clone(near), func(m *meeting.Meeting) bool { return !fits(m) })
	if live := slices.IndexFunc(fit, func(m *meeting.Meeting) bool { return m.Status == meeting.Live }); live >= 0 && typed == "" {
		return fit[live], nil
	}
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case len(fit) > 1:
		return nil, askWhich(t, fit)
	case len(near) > 0:
		return nearest(near), nil
	}
	return nil, meeting.Refuse("R1", "这里还没有会议。发“新建会议 名称 时间”先建一个。")
}

// aboutMeeting is the meeting of the card that was tapped or replied to, nil if
// it is about none.
func aboutMeeting(t *bot.Turn) (*meeting.Meeting, error) {
	var id meeting.MeetingID
	switch t.About.Kind {
	case meeting.KindMeeting:
		id = meeting.MeetingID(t.About.ID)
	case meeting.KindMinutes:
		x, err := t.Book.Minutes(meeting.MinutesID(t.About.ID))
		if err != nil {
			return nil, err
		}
		id = x.Meeting
	case meeting.KindDispute:
		d, err := t.Book.Dispute(meeting.DisputeID(t.About.ID))
		if err != nil {
			return nil, err
		}
		id = d.Meeting
	default:
		return nil, nil //nolint:nilnil // about something else
	}
	return t.Book.Meeting(id)
}

// nearMeetings are those of the group, or those that the person has a part in.
func nearMeetings(t *bot.Turn) ([]*meeting.Meeting, error) {
	mine, err := t.Book.FindMeetings(meeting.MeetingQuery{Involves: t.Who})
	if err != nil {
		return nil, fmt.Errorf("meetings of person %d: %w", t.Who, err)
	}
	if t.Private {
		return mine, nil
	}
	here, err := t.Book.FindMeetings(meeting.MeetingQuery{Chat: string(t.Chat)})
	if err != nil {
		return nil, fmt.Errorf("meetings of %s: %w", t.Chat, err)
	}
	if len(here) > 0 {
		return here, nil
	}
	return mine, nil
}

// calls reports whether typed names the meeting: by key, by the end of its
// number or by a part of its title.
func calls(m *meeting.Meeting, typed string) bool {
	if k := keyed.FindStringSubmatch(typed); k != nil {
		return strings.EqualFold(key(m), typed)
	}
	return m.No != "" && strings.HasSuffix(m.No, typed) || strings.Contains(m.Title, typed)
}

// nearest is the meeting that is most likely meant where none fits: one that
// still has something ahead, the latest of them.
func nearest(all []*meeting.Meeting) *meeting.Meeting {
	for _, m := range slices.Backward(all) {
		if m.Open() {
			return m
		}
	}
	return all[len(all)-1]
}

func askWhich(t *bot.Turn, all []*meeting.Meeting) error {
	g := meeting.Gap{Field: "会议", Rule: "6.1", Say: "是哪一个会？选一个。"}
	for _, m := range all {
		label := title(m)
		if !m.Start.IsZero() {
			label = cut(line(m.Title), 12) + " " + meeting.Moment(m.Start, t.Now)
		}
		g.Choices = append(g.Choices, meeting.Choice{Label: label, Value: key(m)})
	}
	return &meeting.Refusal{Rule: "6.1", Gaps: []meeting.Gap{g}}
}

// in makes a fits of the states that a command is for.
func in(states ...meeting.MeetingStatus) func(*meeting.Meeting) bool {
	return func(m *meeting.Meeting) bool { return slices.Contains(states, m.Status) }
}
