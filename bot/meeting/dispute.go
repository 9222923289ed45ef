package meeting

import (
	"slices"
	"time"
)

// A DisputeID is a dispute's key in the Book; people see its number.
type DisputeID int64

// A Dispute is a 未决事项: what a meeting left open, with the views as they were
// said. It is never merged or voted on (R42).
type Dispute struct {
	ID      DisputeID
	Version int
	No      string // D-20260812-01-01, drawn when decider and date are known (R43, R66)
	Meeting MeetingID
	Topic   int    // Topic.Seq
	Chat    string // the meeting's group

	Kind     DisputeKind
	Question string // 未决事项 in one sentence
	Views    []View
	Decider  PersonID  // from 决策层 (R43); Nobody for an 未议完 that nobody has to decide
	DecideBy time.Time // zero with no decider
	FollowUp PersonID  // who takes an 未议完 further; Nobody: the next meeting

	Status  DisputeStatus
	Ruling  string
	Basis   string
	RuledAt time.Time
	Reason  string // why it was withdrawn

	CreatedAt time.Time
	By        PersonID   // who put it on record
	Host      PersonID   // of the meeting
	Readers   []PersonID // who may read of it: Meeting.People when last saved with one

	changes []Change
}

// A DisputeKind is one of R43's two.
type DisputeKind string

// The kinds.
const (
	Disagreed  DisputeKind = "有分歧"
	Unfinished DisputeKind = "未议完"
)

// A View is what one person holds, in their own words once they confirmed it.
type View struct {
	Person     PersonID
	Department string
	Text       string
	Reason     string
	Confirmed  bool
	At         time.Time
}

// A DisputeStatus is one of 3.2's states.
type DisputeStatus string

// The states of a dispute.
const (
	Pending   DisputeStatus = "未决"
	Ruled     DisputeStatus = "已裁决"
	Retracted DisputeStatus = "撤回"
)

// A DisputeQuery narrows FindDisputes; zero fields do not narrow.
type DisputeQuery struct {
	Meeting MeetingID
	Decider PersonID
	Open    bool // 未决
}

// Ref implements Subject.
func (d *Dispute) Ref() Ref { return Ref{Kind: KindDispute, ID: int64(d.ID)} }

// Revision implements Subject.
func (d *Dispute) Revision() int { return d.Version }

// Changes returns what the rules did since the dispute was loaded and forgets it.
func (d *Dispute) Changes() []Change {
	out := d.changes
	d.changes = nil
	return out
}

// Open reports whether it still waits for a ruling.
func (d *Dispute) Open() bool { return d.Status == Pending }

// Involves reports whether the person may read of the dispute.
func (d *Dispute) Involves(p PersonID) bool {
	return p != Nobody && (p == d.Decider || p == d.FollowUp || slices.Contains(d.Readers, p))
}

func (d *Dispute) note(what string, who PersonID, before, after, reason string) {
	d.changes = append(d.changes, Change{What: what, Who: who, Before: before, After: after, Reason: reason})
}
