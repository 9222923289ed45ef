package meeting

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// An Invitation is who is to take part, and as what.
type Invitation struct {
	People   []PersonID
	Tier     Tier // empty: as they are, 执行层 for new ones; nobody is put into 决策层 by a title (R8)
	Observer bool // 列席
}

// Invite puts people on the list or changes how they take part, and returns who
// is new there (R8).
func (m *Meeting) Invite(b People, by PersonID, inv Invitation) (added []PersonID, err error) {
	if err := m.preparing(by, "参会人"); err != nil {
		return nil, err
	}
	if len(inv.People) == 0 {
		return nil, &Refusal{Rule: "R8", Gaps: []Gap{{Field: "参会人", Rule: "R8", Say: "谁参加？请@同事，可以一次写几位。"}}}
	}
	for _, id := range inv.People {
		p, err := b.Person(id)
		if err != nil {
			return nil, fmt.Errorf("participant %d: %w", id, err)
		}
		if g := leaver("参会人", p); g != nil {
			return nil, &Refusal{Rule: "R8", Gaps: []Gap{*g}}
		}
		if m.seat(p, inv) {
			added = append(added, id)
		}
	}
	m.note("参会", by, "", peopleAudit(inv.People)+" "+string(inv.Tier), "")
	return added, nil
}

// seat makes somebody a participant, or changes how they are one; true if they
// are new.
func (m *Meeting) seat(p Person, inv Invitation) bool {
	x := m.Participant(p.ID)
	fresh := x == nil
	if fresh {
		m.Participants = append(m.Participants, Participant{Person: p.ID, Tier: Doer, Observer: inv.Observer})
		x = &m.Participants[len(m.Participants)-1]
	}
	x.Department = p.Department
	if inv.Tier != "" {
		x.Tier = inv.Tier
	}
	if !fresh && (inv.Observer || inv.Tier != "") {
		x.Observer = inv.Observer
	}
	return fresh
}

// Uninvite takes people off the list. Who has a role keeps the place until the
// role is somebody else's.
func (m *Meeting) Uninvite(by PersonID, people []PersonID) error {
	if err := m.preparing(by, "参会人"); err != nil {
		return err
	}
	for _, p := range people {
		switch {
		case m.Participant(p) == nil:
			return Refuse("R8", p.Token()+"不在参会人里。")
		case p == m.Host:
			return Refuse("R10", p.Token()+"是主持人，请先发“分工 主持:@…”换人。")
		case p == m.Recorder:
			return Refuse("R10", p.Token()+"是记录人，请先发“分工 记录:@…”换人。")
		}
		m.Participants = slices.DeleteFunc(m.Participants, func(x Participant) bool { return x.Person == p })
		if p == m.Timekeeper {
			m.Timekeeper = Nobody
		}
	}
	m.note("参会 去掉", by, peopleAudit(people), "", "")
	return nil
}

// Copy adds people who get a copy and departments that need to know; it returns
// the people who are new (R18, R55, Q5).
func (m *Meeting) Copy(b People, by PersonID, people []PersonID, departments []string) (added []PersonID, err error) {
	if err := m.preparing(by, "抄送"); err != nil {
		return nil, err
	}
	for _, id := range people {
		p, err := b.Person(id)
		if errors.Is(err, ErrNotFound) || err == nil && !p.Active {
			return nil, Refuse("R18", id.Token()+"已不在职，不能抄送。请换一位。")
		}
		if err != nil {
			return nil, fmt.Errorf("copy for %d: %w", id, err)
		}
		if !slices.Contains(m.CC, id) {
			if m.Participant(id) == nil {
				added = append(added, id)
			}
			m.CC = append(m.CC, id)
		}
	}
	for _, d := range departments {
		if !slices.Contains(m.NeedToKnow, d) {
			m.NeedToKnow = append(m.NeedToKnow, d)
		}
	}
	m.note("抄送", by, "", strings.TrimSpace(peopleAudit(people)+" "+strings.Join(departments, "、")), "")
	return added, nil
}

// Uncopy takes them off again.
func (m *Meeting) Uncopy(by PersonID, people []PersonID, departments []string) error {
	if err := m.preparing(by, "抄送"); err != nil {
		return err
	}
	m.CC = slices.DeleteFunc(m.CC, func(p PersonID) bool { return slices.Contains(people, p) })
	m.NeedToKnow = slices.DeleteFunc(m.NeedToKnow, func(d string) bool { return slices.Contains(departments, d) })
	m.note("抄送 去掉", by, strings.TrimSpace(peopleAudit(people)+" "+strings.Join(departments, "、")), "", "")
	return nil
}

// Recipients are who gets the notice: participants first, then who gets a copy
// (R18).
func (m *Meeting) Recipients() []PersonID {
	var all []PersonID
	for _, p := range m.Participants {
		all = append(all, p.Person)
	}
	return without(append(append(all, m.Host, m.Recorder), m.CC...), Nobody)
}

func peopleAudit(people []PersonID) string {
	parts := make([]string, len(people))
	for i, p := range people {
		parts[i] = p.Token()
	}
	return strings.Join(parts, "、")
}
