package command

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/wording"
)

// meeting is the one under way that a 待办 is said in, nil outside of any; what
// completes one stays in the meeting where it began, while that runs.
func (a assignArgs) meeting(t *bot.Turn) (*meeting.Meeting, error) {
	if key, _, ok := strings.Cut(a.Entry, "/"); ok {
		id, err := strconv.ParseInt(strings.TrimPrefix(key, "M"), 10, 64)
		if err != nil {
			return nil, nil //nolint:nilnil,nilerr // no entry of ours
		}
		m, err := t.Book.Meeting(meeting.MeetingID(id))
		if err != nil || m.Status != meeting.Live || !m.Involves(t.Who) {
			return nil, err
		}
		return m, nil
	}
	return sitting(t, a.Meeting)
}

// assignIn hands a task out in a meeting under way (R33): complete, it counts
// there and its owner is asked; incomplete, it goes on record with what it lacks,
// in no list of tasks, and the rest is asked for at once.
func assignIn(t *bot.Turn, m *meeting.Meeting, a assignArgs) (bot.Reply, error) {
	said := m.Assignment(a.assignment(t))
	note := meeting.TaskNote{Entry: entryID(a.Entry), Text: line(a.Task), Owner: a.Owner, Vague: vagueDates(a.Due)}
	k, err := meeting.Assign(t.Book, said, t.Now, t.Calendar)
	var refused *meeting.Refusal
	switch {
	case errors.As(err, &refused) && len(refused.Gaps) > 0:
		return askRest(t, m, note, refused.Gaps)
	case err != nil:
		return bot.Reply{}, err
	case len(t.Unread()) > 0:
		return askRest(t, m, note, nil)
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	note.Task, note.Text = k.ID, k.Description
	if _, err := m.NoteTask(note, t.Who, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	reply, err := handedOut(t, k)
	say := "✓ 已记待办：" + quote(k) + by(t, k.Due)
	if k.Asked() != meeting.Nobody {
		say += "，等" + k.Owner.Token() + "确认"
	}
	return bot.Reply{Toast: say + "。" + numbered(k), Posts: reply.Posts}, err
}

// askRest keeps what was understood of a 待办 on record and asks for the rest.
func askRest(t *bot.Turn, m *meeting.Meeting, note meeting.TaskNote, gaps []meeting.Gap) (bot.Reply, error) {
	gaps = slices.Concat(t.Unread(), gaps)
	for _, g := range gaps {
		if !slices.Contains(note.Lacks, g.Field) {
			note.Lacks = append(note.Lacks, g.Field)
		}
	}
	e, err := m.NoteTask(note, t.Who, t.Now)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{
		Toast: "✓ 已记下，还缺：" + strings.Join(e.Lacks, "、") + "，补齐后记入清单。",
		Ask:   &bot.Ask{Have: map[string]string{"记录": key(m) + "/" + strconv.Itoa(e.ID)}, Gaps: gaps},
	}, nil
}

// entryID is the number of an entry in the hidden argument 记录.
func entryID(typed string) int {
	_, id, _ := strings.Cut(typed, "/")
	n, err := strconv.Atoi(id)
	if err != nil {
		return 0
	}
	return n
}

// vagueDates are the words given for a deadline that name no day (R38).
func vagueDates(d meeting.Deadline) []string {
	var out []string
	for _, h := range wording.DefaultLists().Find(d.Raw, wording.NoDate) {
		out = append(out, h.Word)
	}
	return out
}

// refresh brings the console of the task's meeting up to date while it runs.
func refresh(t *bot.Turn, k *meeting.Task) error {
	if k.Meeting == 0 {
		return nil
	}
	m, err := t.Book.Meeting(k.Meeting)
	if err != nil || m.Status != meeting.Live {
		return err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return fmt.Errorf("console of meeting %d: %w", m.ID, err)
	}
	return nil
}
