package meeting

import (
	"slices"
	"time"
)

// The clocks of the minutes, in natural hours (R50, R55, R57, R59, Q1, Q2).
const (
	draftWithin    = 2 * time.Hour
	issueWithin    = 24 * time.Hour
	feedbackWithin = 24 * time.Hour
	finalWithin    = 2 * time.Hour
)

// DraftMinutes is the skeleton that a record gives at once (R50): a line for
// each thing that was said, the views and what stayed undecided from the
// meeting's disputes, and what was put off. Nothing is added to what people
// said (R47). Both clocks run from the true end (R49).
func DraftMinutes(m *Meeting, disputes []*Dispute) *Minutes {
	x := &Minutes{
		Meeting: m.ID, No: m.No, Kind: TheMinutes, State: Drafting, Draft: 1, Terms: 1,
		Initiator: m.Initiator, Recorder: m.Recorder, Host: m.Host, Chat: m.Chat,
		Ended: m.Ended, DraftDue: m.Ended.Add(draftWithin), IssueDue: m.Ended.Add(issueWithin),
		Reached: make([]string, len(m.Goals)),
	}
	if x.Host == Nobody {
		x.Host = m.Initiator
	}
	if x.Recorder == Nobody {
		x.Recorder = x.Host
	}
	for _, topic := range m.Topics {
		x.Lines = append(x.Lines, topicLines(m, topic.Seq, disputes)...)
	}
	x.Lines = append(x.Lines, topicLines(m, 0, disputes)...)
	for _, p := range m.Parked {
		x.Lines = append(x.Lines, Line{Section: OtherWork, Topic: p.From, Text: p.Text})
	}
	slices.SortStableFunc(x.Lines, func(a, b Line) int { return a.rank() - b.rank() })
	x.note("起草", Nobody, "", string(Drafting), "")
	return x
}

// topicLines are the lines of one topic, 0 for what was said while none was open.
func topicLines(m *Meeting, seq int, disputes []*Dispute) []Line {
	var out []Line
	for _, e := range m.Entries {
		if e.Withdrawn || e.Topic != seq {
			continue
		}
		l := Line{Section: Discussion, Topic: seq, Kind: e.Kind, Entry: e.ID, Text: e.Text, Speaker: e.Speaker}
		switch e.Kind {
		case Conclusion:
			l.Section = Resolutions
			out = append(append(out, l), basisOf(m, e.ID)...)
		case Basis:
			if e.Of == 0 {
				out = append(out, l)
			}
		case Difference, Unsettled:
			known := func(d *Dispute) bool { return d.ID == e.Dispute && e.Dispute != 0 }
			if !slices.ContainsFunc(disputes, known) {
				out = append(out, l)
			}
		case Point, "":
			l.Kind = Point
			out = append(out, l)
		case ToDo: // the tasks are their own records (R53)
		}
	}
	for _, d := range disputes {
		if d.Topic == seq && d.Status != Retracted {
			out = append(out, disputeLines(m, d)...)
		}
	}
	return out
}

// basisOf are what a conclusion rests on (R32).
func basisOf(m *Meeting, conclusion int) []Line {
	var out []Line
	for _, e := range m.Entries {
		if e.Kind == Basis && e.Of == conclusion && !e.Withdrawn {
			out = append(out, Line{Section: Resolutions, Topic: e.Topic, Kind: Basis, Entry: e.ID, Text: e.Text, Speaker: e.Speaker})
		}
	}
	return out
}

// disputeLines are the views as they were said and what stayed open (R42, R43).
func disputeLines(m *Meeting, d *Dispute) []Line {
	var out []Line
	for _, v := range d.Views {
		text := v.Text
		if v.Reason != "" {
			text += "，理由：" + v.Reason
		}
		out = append(out, Line{Section: Discussion, Topic: d.Topic, Kind: Difference, Text: text, Speaker: v.Person})
	}
	text := d.Question
	switch {
	case d.Decider != Nobody && !d.DecideBy.IsZero():
		text += "，由" + d.Decider.Token() + "于" + Moment(d.DecideBy, m.Ended) + "前决定"
	case d.FollowUp != Nobody:
		text += "，由" + d.FollowUp.Token() + "继续跟进"
	default:
		text += "，下次会议再议"
	}
	return append(out, Line{Section: Discussion, Topic: d.Topic, Kind: Unsettled, Text: text})
}

// rank orders the lines: by topic, what was said in none behind them, what was
// put off last; within a topic what was said, what was decided, what stayed open.
func (l Line) rank() int {
	if l.Section == OtherWork {
		return 1000
	}
	r := l.Topic * 10
	if l.Topic == 0 {
		r = 900
	}
	switch {
	case l.Section == Resolutions:
		r += 2
	case l.Kind == Difference || l.Kind == Unsettled:
		r += 4
	}
	return r
}

// Resolved counts the lines that state a decision.
func (x *Minutes) Resolved() int {
	n := 0
	for _, l := range x.Lines {
		if l.Section == Resolutions && l.Kind == Conclusion {
			n++
		}
	}
	return n
}

// Based are the lines of what the conclusion of line n (from 1) rests on: those
// behind it, up to the next conclusion. None is marked 依据缺失 (R32).
func (x *Minutes) Based(n int) []Line {
	var out []Line
	for _, l := range x.Lines[n:] {
		if l.Topic != x.Lines[n-1].Topic || l.Section != Resolutions || l.Kind == Conclusion {
			break
		}
		out = append(out, l)
	}
	return out
}

// Follow takes over who hosts and records the meeting now: until the 终稿, rights
// and reminders move with the roles (3.2). An erratum stays with who proposed it.
func (x *Minutes) Follow(m *Meeting) {
	if x.State == Final {
		return
	}
	if m.Host != Nobody {
		x.Host = m.Host
	}
	if m.Recorder != Nobody && x.Kind == TheMinutes {
		x.Recorder = m.Recorder
	}
}
