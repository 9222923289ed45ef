package meeting

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot/workday"
)

// An Assignment is what somebody said when handing out a task (R33, R82).
type Assignment struct {
	By          PersonID // becomes the host, if there is no other
	Owner       PersonID
	Acceptor    PersonID // Nobody: whoever hands it out (R84)
	Helpers     []PersonID
	CC          []PersonID
	Deciders    []PersonID
	Description string
	Deliverable string // 无 says that there is none to name
	Due         Deadline
	Priority    Priority // empty means Medium (R40)
	Chat        string   // the group, empty for a private chat
	Source      Source   // empty means AdHoc

	Meeting MeetingID // where it is handed out, 0 for 临时交办
	Topic   int       // Topic.Seq
	Serial  string    // Meeting.Serial
	Host    PersonID  // of the meeting; Nobody: By
}

// Assignment is what is handed out in the meeting: its host answers for it and
// accepts it, its 决策层 may decide about it, and it counts under its number
// (R66, R84).
func (m *Meeting) Assignment(a Assignment) Assignment {
	a.Source, a.Meeting, a.Serial, a.Host, a.Deciders, a.Chat = FromMeeting, m.ID, m.Serial, m.Host, m.Deciders(), m.Chat
	if c := m.Current(); c != nil {
		a.Topic = c.Seq
	}
	return a
}

// host is who answers for the task to its owner.
func (a Assignment) host() PersonID {
	if a.Host != Nobody {
		return a.Host
	}
	return a.By
}

// Assign makes a task of four complete elements and draws its number (R33, R66).
// It saves nothing. The owner has still to confirm (R45), unless people assign
// to themselves: then the task is confirmed at once. Gaps: 任务, 交付, 责任人,
// 截止, 优先, 验收.
func Assign(b Book, a Assignment, now time.Time, cal workday.Calendar) (*Task, error) {
	if err := a.complete(b, now, cal); err != nil {
		return nil, err
	}
	acceptor, err := acceptorOf(b, a)
	if err != nil {
		return nil, err
	}
	no, err := number(b, a.Serial, now)
	if err != nil {
		return nil, err
	}
	t := &Task{
		No: no, Source: a.Source, Chat: a.Chat, Meeting: a.Meeting, Topic: a.Topic,
		Description: strings.TrimSpace(a.Description), Deliverable: deliverable(a.Deliverable),
		Priority: a.Priority, Due: a.Due.At, DueRaw: a.Due.Raw,
		Owner: a.Owner, Host: a.host(), Acceptor: acceptor,
		Helpers:  without(a.Helpers, a.Owner),
		CC:       without(a.CC, a.Owner),
		Deciders: without(a.Deciders, Nobody),
		Status:   Unconfirmed, Confirm: NotAnswered,
		CreatedAt: now, AskedAt: now, Terms: 1,
	}
	if t.Source == "" {
		t.Source = AdHoc
	}
	if t.Priority == "" {
		t.Priority = Medium
	}
	t.note("待办", a.By, "", fmt.Sprintf("%s 责任人 %s 截止 %s 优先级 %s", t.Description, t.Owner.Token(), auditTime(t.Due), t.Priority), "")
	if t.Owner == a.By {
		t.confirm(a.By, Confirmed, now)
	}
	return t, nil
}

// complete refuses what lacks an element, all gaps at once (R33).
func (a Assignment) complete(b People, now time.Time, cal workday.Calendar) error {
	var gaps []Gap
	if g := DescriptionGap("任务", a.Description, a.Deliverable); g != nil {
		gaps = append(gaps, *g)
	}
	if g, err := a.ownerGap(b); err != nil {
		return err
	} else if g != nil {
		gaps = append(gaps, *g)
	}
	if g := a.Due.Gap("截止", now, cal); g != nil {
		gaps = append(gaps, *g)
	}
	if a.Priority != "" && !slices.Contains(a.Priority.Choices(), string(a.Priority)) {
		g := Gap{Field: "优先", Rule: "R40", Say: "优先级选哪个？"}
		for _, p := range a.Priority.Choices() {
			g.Choices = append(g.Choices, Choice{Label: p, Value: p})
		}
		gaps = append(gaps, g)
	}
	if len(gaps) > 0 {
		return &Refusal{Rule: gaps[0].Rule, Say: "这项待办还差一点，补齐后记入清单。", Gaps: gaps}
	}
	return nil
}

func (a Assignment) ownerGap(b People) (*Gap, error) {
	if a.Owner == Nobody {
		return OwnerGap("责任人", ""), nil
	}
	p, err := b.Person(a.Owner)
	switch {
	case errors.Is(err, ErrNotFound):
		return &Gap{Field: "责任人", Rule: "R36", Say: "没有找到这位责任人。请@本人或写全名。"}, nil
	case err != nil:
		return nil, fmt.Errorf("owner %d: %w", a.Owner, err)
	}
	return leaver("责任人", p), nil
}

// acceptorOf names who accepts: who was named, else who hands it out, never the
// owner (R84). Where that is the owner, R78's fall-backs stand in.
func acceptorOf(b People, a Assignment) (PersonID, error) {
	if a.Acceptor != Nobody && a.Acceptor != a.Owner {
		return a.Acceptor, nil
	}
	if a.host() != a.Owner {
		return a.host(), nil
	}
	if p, err := leaderOrAdmin(b, a.host(), a.Owner); err != nil || p != Nobody {
		return p, err
	}
	return Nobody, &Refusal{Rule: "R84", Say: "自己办的事要由别人验收。",
		Gaps: []Gap{{Field: "验收", Rule: "R84", Say: "请哪位同事验收？"}}}
}

// leaderOrAdmin is the person's leader, else the first administrator, Nobody if
// there is neither; never the one excluded and never somebody who left (R78).
func leaderOrAdmin(b People, of, except PersonID) (PersonID, error) {
	fits := func(p Person) bool { return p.Active && p.ID != except }
	p, err := b.Person(of)
	if err == nil && p.Leader != Nobody {
		p, err = b.Person(p.Leader)
		if err == nil && fits(p) {
			return p.ID, nil
		}
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Nobody, fmt.Errorf("leader of person %d: %w", of, err)
	}
	everyone, err := b.Everyone()
	if err != nil {
		return Nobody, fmt.Errorf("administrators: %w", err)
	}
	for _, p := range everyone {
		if p.Admin && fits(p) {
			return p.ID, nil
		}
	}
	return Nobody, nil
}

// deliverable is the standard to accept by; 无 stands for none (R34).
func deliverable(s string) string {
	if s = strings.TrimSpace(s); s == "无" {
		return ""
	}
	return s
}

// without lists the people once each, in order, leaving one out.
func without(people []PersonID, one PersonID) []PersonID {
	var out []PersonID
	for _, p := range people {
		if p != one && p != Nobody && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
