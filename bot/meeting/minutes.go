package meeting

import (
	"slices"
	"time"
)

// A MinutesID is the key of minutes in the Book; people see their number.
type MinutesID int64

// ErrSealed refuses to change a 终稿 (R60), whoever asks and by what way.
var ErrSealed = Refuse("R60", "终稿不能修改，以终稿为准。要更正请发起勘误：写明原文、更正为和原因，由主持人批准。")

// Minutes are the paper of one meeting, from the first draft to the sealed
// 终稿, or an erratum to one. Fields change only through the methods of this
// package; what is Final never changes again, here and in the Book.
type Minutes struct {
	ID      MinutesID
	Version int
	Meeting MeetingID
	No      string // Meeting.No for the minutes themselves, Meeting.No-勘1 for an erratum (R63)
	Kind    MinutesKind
	Of      MinutesID // the 终稿 that an erratum or a supplement belongs to (R61)

	State MinutesState
	Draft int // the n of v0.n; counts up with every 提审 and every issue (R63)

	Terms int // counts every change of the text, for buttons that agree to it

	Initiator PersonID // of the meeting (M14)
	Recorder  PersonID
	Host      PersonID
	Reviewer  PersonID // 代审人; Nobody: the host reviews (R54)
	Chat      string   // the meeting's group

	Lines    []Line    // the text that people write; what is generated is no line
	Stated   []string  // sections that say 无 (R51)
	Reached  []string  // 会议目标及达成: 达成, 部分达成 or 未达成, in the order of Meeting.Goals
	Quotes   []int     // lines whose subjective words stay as somebody's view (R52)
	Editions []Edition // every version that left the recorder's hands (R63)

	Ended         time.Time // the meeting's true end, from which the clocks run
	DraftDue      time.Time // end + 2 h (R50)
	SubmittedAt   time.Time // when it was last submitted for review
	DraftAt       time.Time // when it was first submitted
	IssueDue      time.Time // end + 24 h (R55)
	ReviewNote    string    // why it was sent back
	IssuedAt      time.Time
	FeedbackUntil time.Time // R57
	FinalDue      time.Time // R59; zero until the feedback is over
	ApprovedAt    time.Time // when the host approved the revised text; zero again once it changes
	FinalAt       time.Time

	Readers []Reader
	Items   []Item // feedback, oldest first

	Erratum *Erratum
	Text    string // the canonical text, once final
	Hash    string // its SHA-256 in hex, once final (R60)

	changes []Change
}

// A MinutesKind says what the paper is.
type MinutesKind string

// The kinds.
const (
	TheMinutes  MinutesKind = "纪要"
	AnErratum   MinutesKind = "勘误"
	ASupplement MinutesKind = "补充纪要"
)

// A MinutesState is one of 3.2's states.
type MinutesState string

// The states of minutes (method.md 3.2).
const (
	Drafting  MinutesState = "起草中"
	Reviewing MinutesState = "待审核"
	SentBack  MinutesState = "已退回"
	Issued    MinutesState = "已分发"
	Revising  MinutesState = "修订中"
	Final     MinutesState = "终稿"
)

// A Line is one numbered line of the text. Its number is its place among the
// lines, counted from 1, and is what 纪要 改 and 意见 name.
type Line struct {
	Section Section
	Topic   int // Topic.Seq, 0 for none
	Kind    EntryKind
	Entry   int // Entry.ID that it was made of, 0 for one that was added
	Text    string
	Speaker PersonID // whose view it is
}

// A Section is one of the four parts (R51), and what else people may add.
type Section string

// The sections. The basic facts and the tasks are generated, not written (R53).
const (
	BasicFacts  Section = "会议基本信息"
	Discussion  Section = "各议题讨论要点"
	Resolutions Section = "决议事项"
	TaskList    Section = "待办任务清单"
	OtherWork   Section = "另议事项"
)

// An Edition is one version as it left the recorder's hands.
type Edition struct {
	No   string // v0.1
	At   time.Time
	Text string
}

// A Reader is somebody to whom the minutes go (R55, R56).
type Reader struct {
	Person  PersonID
	Why     ReaderKind
	Receipt Receipt
	At      time.Time // of the receipt
}

// A ReaderKind says why somebody gets the minutes.
type ReaderKind string

// The kinds of reader.
const (
	TookPart  ReaderKind = "参会"
	NeedsIt   ReaderKind = "需知晓"
	GetsACopy ReaderKind = "抄送"
)

// A Receipt is what a reader said of the minutes; silence is Unread and is no
// agreement (R62).
type Receipt string

// The receipts.
const (
	Unread      Receipt = "未读"
	Read        Receipt = "已阅"
	HasFeedback Receipt = "有意见"
)

// An Item is one piece of feedback (R57, R58).
type Item struct {
	No         int // 1, 2, 3 …
	Line       int // the line it is about, 0 for none
	Quote      string
	Proposal   string
	Reason     string
	Author     PersonID
	At         time.Time
	Late       bool // 窗口外
	Decision   bool // about a decision or a task's date: answered by the host
	Verdict    ItemVerdict
	Answer     string
	By         PersonID
	AnsweredAt time.Time
}

// An ItemVerdict is what became of a piece of feedback.
type ItemVerdict string

// The verdicts on feedback; empty while it waits.
const (
	Accepted     ItemVerdict = "采纳"
	PartAccepted ItemVerdict = "部分采纳"
	NotAccepted  ItemVerdict = "不采纳"
	AMessage     ItemVerdict = "转为留言"
)

// Choices lists the verdicts in the order shown.
func (ItemVerdict) Choices() []string {
	return []string{string(Accepted), string(PartAccepted), string(NotAccepted), string(AMessage)}
}

// An Erratum is what is corrected (R61).
type Erratum struct {
	Was    string
	Now    string
	Reason string
	By     PersonID
}

// A MinutesQuery narrows FindMinutes; zero fields do not narrow.
type MinutesQuery struct {
	Meeting MeetingID
	No      string
	Of      MinutesID
	Open    bool // not 终稿
}

// Ref implements Subject.
func (x *Minutes) Ref() Ref { return Ref{Kind: KindMinutes, ID: int64(x.ID)} }

// Revision implements Subject.
func (x *Minutes) Revision() int { return x.Version }

// Changes returns what the rules did since the minutes were loaded and forgets it.
func (x *Minutes) Changes() []Change {
	out := x.changes
	x.changes = nil
	return out
}

// Reads returns the reader of that person, nil if the minutes do not go to them.
func (x *Minutes) Reads(p PersonID) *Reader {
	i := slices.IndexFunc(x.Readers, func(r Reader) bool { return r.Person == p })
	if i < 0 {
		return nil
	}
	return &x.Readers[i]
}

// Reviews is who has to review: the host, or the deputy whom the host named (R54).
func (x *Minutes) Reviews() PersonID {
	if x.Reviewer != Nobody {
		return x.Reviewer
	}
	return x.Host
}

func (x *Minutes) note(what string, who PersonID, before, after, reason string) {
	x.changes = append(x.changes, Change{What: what, Who: who, Before: before, After: after, Reason: reason})
}
