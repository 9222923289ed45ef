package meeting

import (
	"slices"
	"time"
)

// A MeetingID is a meeting's key in the Book; people see its number
// (Meeting.No) and its title.
type MeetingID int64

// A Meeting is one gathering from the first idea to the archive. Fields are
// open to be stored and shown; they change only through the methods of this
// package. Times are instants; dates are shown in Asia/Shanghai.
type Meeting struct {
	ID       MeetingID
	Version  int
	No       string   // 产品-20260812-01: 部门简称-日期-会议序, drawn when the start is first known, kept on 改期 (R63, R66)
	Serial   string   // 20260812-01: the part of No that numbers of tasks and disputes begin with (R66)
	Chat     string   // the group where it lives; empty for a meeting without one
	Bound    []Room   // further groups (关联群), oldest first
	Entrance Entrance // by which another group is let in

	Title      string
	Initiator  PersonID
	Department string // 发起部门 (R1)
	Start      time.Time
	End        time.Time // planned
	Place      string    // a room or a link
	Form       Form
	Goals      []string // R4
	Topics     []Topic  // 1–3 of them, in order (R2)
	Parked     []Parked // 另议事项: what was put off to another time (R28)

	Participants []Participant
	Host         PersonID
	Recorder     PersonID
	Timekeeper   PersonID    // Nobody: the bot (R10)
	RoleOffers   []RoleOffer // new 主持人 or 记录人 who have still to confirm (3.2)
	CC           []PersonID  // 抄送: 上级领导 (Q5)
	NeedToKnow   []string    // 需知晓部门 (R55)
	Materials    []Material
	NoMaterial   bool // 无资料 was stated (R15)
	Previous     MeetingID

	Status       MeetingStatus
	CreatedAt    time.Time
	NoticedAt    time.Time // when 《会议预通知》 went out first (R12)
	Urgent       bool      // 紧急会议: noticed too late, or never (R12)
	Waivers      []Waiver  // rules that a host passed, and why (Q4)
	OpinionsDue  time.Time // 预讨论截止 (R19)
	Opinions     []Opinion
	ListIssuedAt time.Time    // when 《会前议题预讨论清单》 went out (R20)
	Reschedules  []Reschedule // 改期, oldest first (R23)
	Pending      *Reschedule  // a 改期, or with no Start a 取消, that was shown and not yet sent (M6)
	Breaks       []Break      // 休会 and 流会, oldest first
	Reason       string       // why it was cancelled, failed or reopened
	ActualStart  time.Time    // R26
	EndTyped     time.Time    // the minute of the first 散会 that showed gaps (R49)
	Ended        time.Time    // the true end, from which the clocks run
	Recording    bool         // 记录模式: every private line of the recorder is a record line
	Entries      []Entry      // the record, oldest first (R30)
	ArchivedAt   time.Time

	changes []Change
}

// A Form is how people meet (R7).
type Form string

// The forms.
const (
	OnSite Form = "线下"
	Online Form = "线上"
	Hybrid Form = "混合"
)

// Choices lists the forms in the order shown.
func (Form) Choices() []string { return []string{string(OnSite), string(Online), string(Hybrid)} }

// A MeetingStatus is one of 3.2's states. 已改期 is passed through, not stayed in.
type MeetingStatus string

// The states of a meeting (method.md 3.2).
const (
	Planned   MeetingStatus = "草稿"
	Noticed   MeetingStatus = "已预通知"
	CalledOff MeetingStatus = "已取消"
	Live      MeetingStatus = "进行中"
	Adjourned MeetingStatus = "休会"
	Failed    MeetingStatus = "流会"
	Over      MeetingStatus = "已结束"
	Tracking  MeetingStatus = "跟踪中"
	Archived  MeetingStatus = "已归档"
)

// A Topic is one of the 1–3 things that a meeting is about.
type Topic struct {
	Seq        int // 1, 2, 3: its place in the agenda
	Title      string
	Output     Output
	OutputText string // what 其他 means (R3)
	Minutes    int    // planned (R6)
	In, Out    string // 讨论范围 and 不展开 (R5)
	Presenter  PersonID
	Needs      []string // departments that are to give 预讨论意见 (R19)

	Status   TopicStatus
	OpenedAt time.Time     // when it was last opened; zero while closed
	Used     time.Duration // before it was last opened
	Extra    int           // 加时, minutes (R29)
	Wrap     *Wrap         // 小结 (R44)
}

// An Output is what a topic is to end in (R3).
type Output string

// The outputs.
const (
	ADecision Output = "决策"
	APlan     Output = "方案"
	ATaskList Output = "任务清单"
	Something Output = "其他"
)

// Choices lists the outputs in the order shown.
func (Output) Choices() []string {
	return []string{string(ADecision), string(APlan), string(ATaskList), string(Something)}
}

// A TopicStatus is where a topic stands.
type TopicStatus string

// The states of a topic.
const (
	Waiting   TopicStatus = "待议"
	Talking   TopicStatus = "讨论中"
	Concluded TopicStatus = "已结论"
	Undecided TopicStatus = "转未决"
	Dropped   TopicStatus = "取消"
)

// A Wrap is the host's answers when a topic is read back (R44).
type Wrap struct {
	TasksClear bool
	OwnersSaid bool
	DatesFit   bool
	At         time.Time
	By         PersonID
}

// A Parked matter is for another time: 停车场, 另议.
type Parked struct {
	Text string
	From int // Topic.Seq, 0 for a new matter
	By   PersonID
	At   time.Time
}

// A Participant is who takes part, and what came of it.
type Participant struct {
	Person     PersonID
	Department string
	Tier       Tier
	Observer   bool // 列席

	RSVP   RSVP
	At     time.Time // of the RSVP
	Reason string    // of 请假: for 发起人 and host only, erased at 散会 (R14, Q10)
	Proxy  PersonID  // who comes instead (代参会)

	Attended Attendance
}

// A Tier is a participant's level (R8).
type Tier string

// The tiers.
const (
	Decider Tier = "决策层"
	Doer    Tier = "执行层"
	Support Tier = "支持层"
)

// Choices lists the tiers in the order shown.
func (Tier) Choices() []string { return []string{string(Decider), string(Doer), string(Support)} }

// An RSVP is the answer to an invitation (R14).
type RSVP string

// The answers; silence is Unanswered.
const (
	Unanswered RSVP = ""
	Comes      RSVP = "参加"
	Absent     RSVP = "请假"
	ByProxy    RSVP = "代参会"
)

// An Attendance is prefilled from the RSVP and corrected by the recorder (R26).
type Attendance string

// The attendances.
const (
	Unknown Attendance = ""
	Present Attendance = "到"
	Late    Attendance = "迟到"
	Missing Attendance = "缺席"
)

// A Role is one of the parts in a meeting that carry duties.
type Role string

// The roles.
const (
	HostRole       Role = "主持人"
	RecorderRole   Role = "记录人"
	TimekeeperRole Role = "时间管理员"
)

// A RoleOffer is a change of host or recorder that the new one has still to
// confirm; until then the old one stays (3.2).
type RoleOffer struct {
	Role Role
	To   PersonID
	By   PersonID
	At   time.Time
}

// A Material is something to read before (R15–R17).
type Material struct {
	Title   string
	Link    string
	File    *FileRef // nil for a link
	Pages   int      // 0: unknown
	Focus   string   // 需讨论或决策要点
	Summary string   // the one-page 摘要 of a longer one
	Topic   int      // 0: for all
	Owner   PersonID
	At      time.Time
}

// A Waiver is a rule that a host passed with a reason; it is logged, and shown
// to administrators and leaders only (Q4).
type Waiver struct {
	Rule   string
	Reason string
	By     PersonID
	At     time.Time
}

// An Opinion is what a department thinks of a topic before the meeting (R19).
// The newest of a department and topic counts; older ones are kept.
type Opinion struct {
	Topic      int
	Department string
	Author     PersonID
	None       bool // 无意见
	Situation  string
	Difficulty string
	Resources  string
	Proposal   string
	Text       string // said in one line
	At         time.Time
	Late       bool // after the cutoff
}

// A Reschedule is one 改期 (R23).
type Reschedule struct {
	FromStart, FromEnd time.Time
	Start, End         time.Time
	Reason             string
	Urgent             string // why it comes later than R12 allows
	By                 PersonID
	At                 time.Time
}

// A Break is a 休会, or the 流会 that ended it all.
type Break struct {
	Reason string
	By     PersonID
	At     time.Time
	Back   time.Time // zero while it lasts
}

// An Entry is one line of the record (R30). What a person takes back stays as
// Withdrawn; what is changed keeps its earlier texts.
type Entry struct {
	ID        int // 1, 2, 3 … within the meeting
	Kind      EntryKind
	Topic     int // Topic.Seq, 0 if none was open
	Text      string
	Author    PersonID
	Speaker   PersonID // whose view it is, Nobody for none
	At        time.Time
	Withdrawn bool
	Earlier   []string

	Verdict DecisionKind // of a 结论 (R32)
	Lead    string       // 牵头部门 of a 结论
	Of      int          // the 结论 that a 依据 carries
	Task    TaskID       // of a 待办 that is complete
	Owner   PersonID     // of a 待办 that is not, if that much is known
	Lacks   []string     // what a 待办 still lacks: 责任人, 截止 … (要素不全)
	Vague   []string     // the vague words of a 待办 that were asked about
	Dispute DisputeID    // of a 分歧 or 未决
}

// An EntryKind is the tag of a record line.
type EntryKind string

// The kinds; a line without a tag is a Point.
const (
	Point      EntryKind = "讨论要点"
	Conclusion EntryKind = "结论"
	Basis      EntryKind = "依据"
	ToDo       EntryKind = "待办"
	Difference EntryKind = "分歧"
	Unsettled  EntryKind = "未决"
)

// A DecisionKind is what kind of decision a conclusion states (R32).
type DecisionKind string

// The kinds of decision.
const (
	Approved  DecisionKind = "同意"
	Adopted   DecisionKind = "采用"
	Rejected  DecisionKind = "否决"
	Postponed DecisionKind = "暂缓"
	Otherwise DecisionKind = "其他"
)

// A MeetingQuery narrows FindMeetings; zero fields do not narrow.
type MeetingQuery struct {
	Chat     string
	Involves PersonID  // one of Meeting.People
	Open     bool      // neither cancelled, failed nor archived
	From     time.Time // planned start at or after
	Till     time.Time // planned start before
	Limit    int
}

// Ref implements Subject.
func (m *Meeting) Ref() Ref { return Ref{Kind: KindMeeting, ID: int64(m.ID)} }

// Revision implements Subject.
func (m *Meeting) Revision() int { return m.Version }

// Changes returns what the rules did since the meeting was loaded and forgets
// it, so that one save writes each change once.
func (m *Meeting) Changes() []Change {
	out := m.changes
	m.changes = nil
	return out
}

// Open reports whether the meeting still has something ahead.
func (m *Meeting) Open() bool {
	return m.Status != CalledOff && m.Status != Failed && m.Status != Archived
}

// People is everybody who may read of the meeting, once each, in order of id:
// participants, their proxies, the roles, the initiator and who gets a copy
// (R18).
func (m *Meeting) People() []PersonID {
	all := slices.Concat([]PersonID{m.Initiator, m.Host, m.Recorder, m.Timekeeper}, m.CC)
	for _, p := range m.Participants {
		all = append(all, p.Person, p.Proxy)
	}
	for _, o := range m.RoleOffers {
		all = append(all, o.To)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(p PersonID) bool { return p == Nobody })
}

// Involves reports whether the person may read of the meeting.
func (m *Meeting) Involves(p PersonID) bool { return p != Nobody && slices.Contains(m.People(), p) }

// Leads reports whether the person is the host or the initiator.
func (m *Meeting) Leads(p PersonID) bool { return p != Nobody && (p == m.Host || p == m.Initiator) }

// Topic returns the topic with a place in the agenda, nil if there is none. The
// caller may change what it points at only within this package.
func (m *Meeting) Topic(seq int) *Topic {
	for i := range m.Topics {
		if m.Topics[i].Seq == seq {
			return &m.Topics[i]
		}
	}
	return nil
}

// Current is the topic that is being talked about, nil if none is (R28).
func (m *Meeting) Current() *Topic {
	for i := range m.Topics {
		if m.Topics[i].Status == Talking {
			return &m.Topics[i]
		}
	}
	return nil
}

// Participant returns the participant of that person, nil if there is none.
func (m *Meeting) Participant(p PersonID) *Participant {
	for i := range m.Participants {
		if m.Participants[i].Person == p {
			return &m.Participants[i]
		}
	}
	return nil
}

// Deciders lists the participants of 决策层, in order.
func (m *Meeting) Deciders() []PersonID {
	var out []PersonID
	for _, p := range m.Participants {
		if p.Tier == Decider && !p.Observer {
			out = append(out, p.Person)
		}
	}
	return out
}

func (m *Meeting) note(what string, who PersonID, before, after, reason string) {
	m.changes = append(m.changes, Change{What: what, Who: who, Before: before, After: after, Reason: reason})
}
