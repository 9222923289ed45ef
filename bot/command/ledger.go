package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

func listing() []bot.Command {
	return []bot.Command{
		bot.Define("逾期", "看过期没办完的：全部、一个部门或一个会的", lateOnes).In(headQuery).
			Also("有哪些逾期", "现在有哪些逾期", "逾期的", "过期的"),
		bot.Define("台账", "看任务跟踪表：您能看的全部、一个部门或一个会的", ledger).In(headQuery).
			Also("跟踪表", "任务跟踪表"),
	}
}

type scopeArgs struct {
	Scope string `arg:"范围" alias:"部门 会议" opt:"rest"`
}

// keepClosed is how long a closed task stays in the list.
const keepClosed = 30 * 24 * time.Hour

func lateOnes(_ context.Context, t *bot.Turn, a scopeArgs) (bot.Reply, error) {
	return list(t, "late", a.Scope, "没有过期的事。")
}

func ledger(_ context.Context, t *bot.Turn, a scopeArgs) (bot.Reply, error) {
	return list(t, "ledger", a.Scope, "台账里没有您能看的事。会上的待办在纪要分发以后进台账。")
}

// list shows what the asker may read, privately: a group may have members who
// may not (R18). The scope stands behind the slash of the face's name.
func list(t *bot.Turn, face, scope, none string) (bot.Reply, error) {
	scope = cut(line(strings.Trim(scope, "的 ，。？?")), 20)
	tasks, err := scoped(t, t.Who, scope)
	if err != nil {
		return bot.Reply{}, err
	}
	if face == "late" {
		tasks = overdueOf(t, tasks)
	}
	if len(tasks) == 0 {
		if scope != "" {
			none = "“" + scope + "”" + none
		}
		return private(t, bot.Face{}, none), nil
	}
	name := face
	if scope != "" {
		name += "/" + scope
	}
	return private(t, bot.Face{Name: name, Of: t.Who.Ref(), For: t.Who}, ""), nil
}

func scopeOf(f bot.Face) string {
	_, scope, _ := strings.Cut(f.Name, "/")
	return scope
}

func drawLate(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
	tasks, err := scoped(t, f.For, scopeOf(f))
	if err != nil {
		return bot.Drawn{}, err
	}
	return drawScope(t, overdueOf(t, tasks), "逾期", f)
}

func drawLedger(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
	tasks, err := scoped(t, f.For, scopeOf(f))
	if err != nil {
		return bot.Drawn{}, err
	}
	return drawScope(t, tasks, "台账", f)
}

func drawScope(t *bot.Turn, tasks []*meeting.Task, title string, f bot.Face) (bot.Drawn, error) {
	if scope := scopeOf(f); scope != "" {
		title = cut(scope, 8) + title
	}
	return drawList(t, tasks, title, func(k *meeting.Task) string {
		how, _ := view{t: t, k: k, who: f.For}.state()
		return k.Owner.Token() + "，" + how
	})
}

func overdueOf(t *bot.Turn, tasks []*meeting.Task) []*meeting.Task {
	return slices.DeleteFunc(tasks, func(k *meeting.Task) bool { return !k.Overdue(t.Now) })
}

// scoped are the tasks of the ledger that a person may read (R89), by deadline:
// all of them, those of a department's owners, or those of a meeting.
func scoped(t *bot.Turn, who meeting.PersonID, scope string) ([]*meeting.Task, error) {
	r, err := readerOf(t, who)
	if err != nil {
		return nil, err
	}
	all, err := r.tasks(t)
	if err != nil {
		return nil, err
	}
	seen := map[meeting.TaskID]bool{}
	out := slices.DeleteFunc(all, func(k *meeting.Task) bool {
		again := seen[k.ID]
		seen[k.ID] = true
		recent := k.Open() || t.Now.Sub(k.ClosedAt) < keepClosed
		return again || !recent || !k.InLedger() || !r.covers(k, scope) ||
			!k.MayRead(r.people[who], r.people[k.Owner], r.meetings[k.Meeting])
	})
	slices.SortStableFunc(out, byDue)
	return out, nil
}

// A reader is somebody who asks for a list, and what it is cut from.
type reader struct {
	who      meeting.PersonID
	people   map[meeting.PersonID]meeting.Person
	meetings map[meeting.MeetingID]*meeting.Meeting // that the person may read of
}

func readerOf(t *bot.Turn, who meeting.PersonID) (reader, error) {
	r := reader{who: who, people: map[meeting.PersonID]meeting.Person{}, meetings: map[meeting.MeetingID]*meeting.Meeting{}}
	people, err := t.Book.Everyone()
	if err != nil {
		return r, fmt.Errorf("people: %w", err)
	}
	for _, p := range people {
		r.people[p.ID] = p
	}
	q := meeting.MeetingQuery{Involves: who}
	if r.people[who].Admin {
		q = meeting.MeetingQuery{}
	}
	meetings, err := t.Book.FindMeetings(q)
	if err != nil {
		return r, fmt.Errorf("meetings of person %d: %w", who, err)
	}
	for _, m := range meetings {
		r.meetings[m.ID] = m
	}
	return r, nil
}

// tasks are those that the person may read, and some more; a task may come twice.
func (r reader) tasks(t *bot.Turn) ([]*meeting.Task, error) {
	since := t.Now.Add(-keepClosed)
	var queries []meeting.TaskQuery
	add := func(q meeting.TaskQuery) {
		open, recent := q, q
		open.Open, recent.Since = true, since
		queries = append(queries, open, recent)
	}
	if r.people[r.who].Admin {
		add(meeting.TaskQuery{})
	} else {
		add(meeting.TaskQuery{Involves: r.who})
		for id := range r.meetings {
			add(meeting.TaskQuery{Meeting: id})
		}
		for _, p := range r.people {
			if p.Leader == r.who {
				add(meeting.TaskQuery{Owner: p.ID})
			}
		}
	}
	var all []*meeting.Task
	for _, q := range queries {
		found, err := t.Book.FindTasks(q)
		if err != nil {
			return nil, fmt.Errorf("tasks: %w", err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// covers reports whether a task belongs to what was asked about.
func (r reader) covers(k *meeting.Task, scope string) bool {
	if scope == "" || r.people[k.Owner].Department == scope {
		return true
	}
	m := r.meetings[k.Meeting]
	return m != nil && calls(m, scope)
}
