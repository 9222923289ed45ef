package meeting

import (
	"slices"
	"time"
)

// A TaskID is a task's key in the Book; people see its number (Task.No).
type TaskID int64

// A Task is one promised result: one owner, one date, one acceptor (R33–R35).
// Fields are open to be stored and shown; they change only through the methods
// of this package. Times are instants; dates are shown in Asia/Shanghai.
type Task struct {
	ID      TaskID
	Version int
	No      string // T-20260812-00-01, drawn when the four elements are there (R66)
	Source  Source
	Chat    string // the group where it was handed out; empty for a private one

	Meeting  MeetingID // where it was handed out, 0 for 临时交办
	Topic    int       // Topic.Seq, 0 if none
	IssuedAt time.Time // when the minutes that list it were first issued (R65)

	Description string
	Deliverable string // 交付物/验收标准
	Priority    Priority
	Due         time.Time
	DueRaw      string    // as it was said (R37)
	OriginalDue time.Time // the due that the owner confirmed; never changes

	Owner    PersonID
	Helpers  []PersonID // 配合人
	CC       []PersonID // 抄送
	Host     PersonID   // who handed it out: 主持人, for 临时交办 the 交办人
	Acceptor PersonID   // 验收人, never the owner (R84)
	Deciders []PersonID // 决策层 of the meeting it came from

	Status  Status
	Confirm Confirmation
	Percent int
	Blocker *Blocker // set while 受阻

	NextOwner  PersonID   // asked to take over; the owner answers until then (R80)
	NextReason string     // why, until it stands in Owners
	Proposal   *Proposal  // the counter-offer of who is asked to confirm (R45)
	Extension  *Extension // the request that waits for an answer (R77)

	CreatedAt   time.Time
	AskedAt     time.Time // when the owner (or next owner) was last asked to confirm
	ConfirmedAt time.Time
	SubmittedAt time.Time
	ClosedAt    time.Time
	LastSign    time.Time // last sign of life of the owner (R73)
	HeldUntil   time.Time // the ladder waits until then: a promised date, or a working day after a 退回 (R73)

	Terms       int // version of what is agreed to: description, owner, due, standard
	Extensions  int // granted ones, counted (R78)
	Returns     int // 退回次数 (R85)
	OverdueDays int // working days late, kept for ever (R79, R86)

	Owners   []Handover // who owned it and why it changed (R80)
	Updates  []Update   // progress and the owner's other signs of life, oldest first (R68, R73)
	Evidence []Evidence // one per submission (R83)
	Reason   string     // why it was cancelled (R86)

	changes []Change
}

// A Source is where a task comes from (R82).
type Source string

// The sources.
const (
	FromMeeting Source = "会议"
	AdHoc       Source = "临时交办"
)

// A Priority must be one of three (R40).
type Priority string

// The priorities; Medium is preselected.
const (
	High   Priority = "高"
	Medium Priority = "中"
	Low    Priority = "低"
)

// Choices lists the priorities in the order shown.
func (Priority) Choices() []string { return []string{string(High), string(Medium), string(Low)} }

// A Status is one of R67's states; near and overdue are computed, not stored.
type Status string

// The states of a task (method.md 3.2).
const (
	Unconfirmed Status = "待确认"
	NotStarted  Status = "未开始"
	InProgress  Status = "进行中"
	Blocked     Status = "受阻"
	Submitted   Status = "待验收"
	Done        Status = "已完成"
	Cancelled   Status = "已取消"
)

// A Confirmation is the owner's word on a task (R45): silence is none.
type Confirmation string

// The confirmations.
const (
	NotAnswered Confirmation = "未确认"
	Confirmed   Confirmation = "已确认"
	Objected    Confirmation = "有异议"
	HostDecided Confirmation = "主持人代定" // after 24 h of silence
)

// A Blocker is what keeps an owner from going on (R72).
type Blocker struct {
	Reason string
	Needs  PersonID // who must help
	What   string   // what is needed of them
	At     time.Time
}

// A Proposal is the owner's answer to 请确认 other than yes.
type Proposal struct {
	Kind   ProposalKind
	Due    time.Time // for AnotherDate
	Owner  PersonID  // for AnotherOwner, Nobody if no name was given
	Reason string
	At     time.Time
}

// Version tells proposals of one task apart, for buttons that agree to one.
func (p *Proposal) Version() int { return int(p.At.Unix()) }

// A ProposalKind is what the owner asks for instead.
type ProposalKind string

// The kinds of proposal: 改期, 换人, 拒绝.
const (
	AnotherDate  ProposalKind = "改期"
	AnotherOwner ProposalKind = "换人"
	Decline      ProposalKind = "拒绝"
)

// An Extension is a request for a later date (R77).
type Extension struct {
	Seq    int
	OldDue time.Time
	NewDue time.Time
	Reason string
	Impact string
	Remedy string
	Done   string // 目前进展
	Late   bool   // asked after the due: 逾期补办 (R79)
	At     time.Time
	By     PersonID
	Asked  PersonID // the approver
}

// Version tells requests of one task apart, for buttons that agree to one.
func (e *Extension) Version() int { return int(e.At.Unix()) }

// A Handover is one change of owner.
type Handover struct {
	From, To PersonID
	Reason   string
	At       time.Time
}

// An Update is one progress report.
type Update struct {
	By      PersonID
	At      time.Time
	Percent int
	Text    string
}

// Evidence is what was submitted for acceptance and what became of it.
type Evidence struct {
	Text    string
	Files   []FileRef
	At      time.Time
	Result  string // Passed, Returned, Withdrawn or empty while waiting
	Missing string
	By      PersonID // who accepted or returned it
}

// A FileRef points at a stored file.
type FileRef struct{ ID, Name string }

// A TaskQuery narrows FindTasks; zero fields do not narrow.
type TaskQuery struct {
	Owner    PersonID
	Host     PersonID
	Meeting  MeetingID
	Involves PersonID  // one of Task.People
	Ending   string    // of the number, as typed (R66)
	Open     bool      // neither done nor cancelled
	Since    time.Time // created or closed at or after
	Limit    int
}

// A Change is one audited write to a subject (R90): what, before, after, why.
type Change struct {
	What   string // the verb, as in section 6
	Who    PersonID
	Before string
	After  string
	Reason string
}

// Ref implements Subject.
func (t *Task) Ref() Ref { return Ref{Kind: KindTask, ID: int64(t.ID)} }

// Revision implements Subject.
func (t *Task) Revision() int { return t.Version }

// Changes returns what the rules did to the task since it was loaded and
// forgets it, so that one save writes each change once.
func (t *Task) Changes() []Change {
	out := t.changes
	t.changes = nil
	return out
}

// Open reports whether the task still waits for something.
func (t *Task) Open() bool { return t.Status != Done && t.Status != Cancelled }

// Overdue reports whether the deadline has passed (R67: a flag of the clock,
// compared at the minute).
func (t *Task) Overdue(now time.Time) bool { return t.Open() && now.After(t.Due) }

// InLedger reports whether the task stands in 《跨部门任务跟踪表》: what was
// handed out in a meeting, once it is confirmed and its minutes were issued;
// what was not, at once (R65, R82).
func (t *Task) InLedger() bool {
	return t.Source != FromMeeting || !t.IssuedAt.IsZero() && !t.ConfirmedAt.IsZero()
}

// People is everybody who has a part in the task and may read it, once each, in
// order of id: also who is asked for help or for a later date.
func (t *Task) People() []PersonID {
	all := slices.Concat([]PersonID{t.Owner, t.Host, t.Acceptor, t.NextOwner}, t.Helpers, t.CC, t.Deciders)
	if t.Blocker != nil {
		all = append(all, t.Blocker.Needs)
	}
	if t.Extension != nil {
		all = append(all, t.Extension.Asked)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(p PersonID) bool { return p == Nobody })
}

// Involves reports whether the person has a part in the task and may read it.
func (t *Task) Involves(p PersonID) bool { return p != Nobody && slices.Contains(t.People(), p) }

func (t *Task) note(what string, who PersonID, before, after, reason string) {
	t.changes = append(t.changes, Change{What: what, Who: who, Before: before, After: after, Reason: reason})
}
