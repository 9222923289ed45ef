package meeting

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Response is what somebody says to an invitation (R14).
type Response struct {
	RSVP   RSVP
	Reason string   // of 请假: for 发起人 and host only, erased when the meeting is over
	Proxy  PersonID // who comes instead, of 代参会
}

// Respond takes a participant's own RSVP (R14). Minds may change until the
// meeting starts. Neither the reason nor a trace of it is audited, for it is not
// kept (Q10). Gap: 代参会人.
func (m *Meeting) Respond(b People, who PersonID, a Response, now time.Time) error {
	p := m.Participant(who)
	switch {
	case m.Status != Noticed:
		return m.notInvited("R14")
	case p == nil:
		return m.uninvited(who)
	}
	if a.RSVP == ByProxy {
		if err := m.standIn(b, who, a.Proxy); err != nil {
			return err
		}
	} else {
		a.Proxy = Nobody
	}
	if a.RSVP != Absent {
		a.Reason = ""
	}
	before := p.audit()
	p.RSVP, p.At, p.Reason, p.Proxy = a.RSVP, now, strings.TrimSpace(a.Reason), a.Proxy
	m.note(string(a.RSVP), who, before, p.audit(), "")
	return nil
}

// uninvited tells who is no participant how they would become one.
func (m *Meeting) uninvited(who PersonID) error {
	if of := m.StandsInFor(who); of != Nobody {
		return Refuse("R14", "您是代"+of.Token()+"参会的。来不了请告诉"+of.Token()+"，由本人改回执。")
	}
	return Refuse("R14", "您不在“"+short(m.Title)+"”的参会名单里，不用回复。想参加请告诉发起人"+m.Initiator.Token()+"。")
}

// notInvited says how a meeting stands that takes no answer now, and what is
// possible instead.
func (m *Meeting) notInvited(rule string) error {
	say := map[MeetingStatus]string{
		Planned:   "还没有发预通知，发了以后再回复。",
		CalledOff: "已经取消了，不用再回复。",
		Live:      "已经开始了，回执改不了。来不了请直接告诉主持人" + m.Host.Token() + "，由记录人改到会情况。",
		Adjourned: "休会了，复会时间请等主持人" + m.Host.Token() + "通知。",
		Failed:    "没有开成，不用再回复。",
	}[m.Status]
	if say == "" {
		say = "已经开完了，不用再回复。"
	}
	return Refuse(rule, "“"+short(m.Title)+"”"+say)
}

// standIn refuses whoever cannot come instead: nobody, the person self (R14),
// somebody who left or does not come either.
func (m *Meeting) standIn(b People, who, proxy PersonID) error {
	const field = "代参会人"
	gap := func(say string) error {
		return &Refusal{Rule: "R14", Gaps: []Gap{{Field: field, Rule: "R14", Say: say}}}
	}
	switch proxy {
	case Nobody:
		return gap("请谁代您参会？请@一位同事。")
	case who:
		return gap("代参会要请另一位同事。请@一位；您自己来就回“参加”。")
	}
	person, err := b.Person(proxy)
	if errors.Is(err, ErrNotFound) {
		return gap("没有找到这位同事。请@本人或写全名。")
	}
	if err != nil {
		return fmt.Errorf("proxy %d: %w", proxy, err)
	}
	if g := leaver(field, person); g != nil {
		return &Refusal{Rule: "R14", Gaps: []Gap{*g}}
	}
	if p := m.Participant(proxy); p != nil && (p.RSVP == Absent || p.RSVP == ByProxy) {
		return gap(proxy.Token() + "自己也来不了，请换一位。")
	}
	return nil
}

// StandsInFor is whose proxy the person is, Nobody for none.
func (m *Meeting) StandsInFor(who PersonID) PersonID {
	for _, p := range m.Participants {
		if who != Nobody && p.Proxy == who {
			return p.Person
		}
	}
	return Nobody
}

// Replied counts the participants who answered, whatever they said.
func (m *Meeting) Replied() int {
	return len(m.Participants) - len(m.Said(Unanswered))
}

// Said lists the participants whose RSVP is that, in order.
func (m *Meeting) Said(r RSVP) []Participant {
	return slices.DeleteFunc(slices.Clone(m.Participants), func(p Participant) bool { return p.RSVP != r })
}

// Comers are who is expected: participants who did not say no, proxies in the
// place of who sends one, and the roles, once each.
func (m *Meeting) Comers() []PersonID {
	out := []PersonID{m.Host, m.Recorder, m.Timekeeper}
	for _, p := range m.Participants {
		switch p.RSVP {
		case Absent:
			out = slices.DeleteFunc(out, func(q PersonID) bool { return q == p.Person })
		case ByProxy:
			out = append(slices.DeleteFunc(out, func(q PersonID) bool { return q == p.Person }), p.Proxy)
		case Unanswered, Comes:
			out = append(out, p.Person)
		}
	}
	return without(out, Nobody)
}

// EraseReasons forgets why people are away. It is called when the meeting is
// over: the reasons are not kept (R14, Q10).
func (m *Meeting) EraseReasons() {
	erased := false
	for i := range m.Participants {
		erased = erased || m.Participants[i].Reason != ""
		m.Participants[i].Reason = ""
	}
	if erased {
		m.note("清除请假原因", Nobody, "", "", "")
	}
}

// audit is the RSVP as the record keeps it: without the reason.
func (p *Participant) audit() string {
	switch p.RSVP {
	case Unanswered:
		return "未回复"
	case ByProxy:
		return string(p.RSVP) + " " + p.Proxy.Token()
	case Comes, Absent:
	}
	return string(p.RSVP)
}
