package meeting

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// takeBack is how long people may take their own last line back.
const takeBack = 5 * time.Minute

// Limits of one line of the record, in characters (3.1).
const (
	entryLimit      = 1000
	conclusionLimit = 300
)

// Record puts one line on record (R30), about the open topic unless the entry
// names another. Points and views may be recorded by everybody who takes part;
// what is decided by whoever runs the meeting. Kind, Text and what belongs to
// the kind come with the entry. Gap: 内容.
func (m *Meeting) Record(e Entry, who PersonID, now time.Time) (*Entry, error) {
	if err := m.running("记录"); err != nil {
		return nil, err
	}
	if err := m.mayRecord(e.Kind, who); err != nil {
		return nil, err
	}
	e.Text = strings.TrimSpace(e.Text)
	if g := e.gap(); g != nil {
		return nil, &Refusal{Rule: "R30", Gaps: []Gap{*g}}
	}
	if e.Topic == 0 {
		if c := m.Current(); c != nil {
			e.Topic = c.Seq
		}
	}
	switch {
	case e.Topic != 0 && m.Topic(e.Topic) == nil:
		return nil, Refuse("R28", "没有议题"+strconv.Itoa(e.Topic)+"。")
	case e.Topic == 0 && (e.Kind == Conclusion || e.Kind == Basis || e.Kind == Unsettled):
		return nil, Refuse("R28", "现在没有议题在议。先发“下一议题 号”，再记"+string(e.Kind)+"。")
	}
	if e.Kind == Conclusion {
		e.Verdict, e.Lead = VerdictOf(e.Text), m.leadOf(e.Text)
	}
	e.Author, e.At = who, now
	return m.add(e), nil
}

// mayRecord refuses who has no say in a line of this kind.
func (m *Meeting) mayRecord(kind EntryKind, who PersonID) error {
	decides := kind == Conclusion || kind == Basis || kind == Unsettled
	if decides && !m.Runs(who) {
		return Refuse("R30", string(kind)+"由记录人"+m.Recorder.Token()+"或主持人来记。")
	}
	return m.speaks(who)
}

// speaks refuses who does not take part in the meeting.
func (m *Meeting) speaks(who PersonID) error {
	if !m.Involves(who) {
		return Refuse("R30", "这次会的记录由参会的人来记。")
	}
	return nil
}

// gap is what the words of an entry lack.
func (e Entry) gap() *Gap {
	limit := entryLimit
	if e.Kind == Conclusion || e.Kind == Unsettled {
		limit = conclusionLimit
	}
	n := utf8.RuneCountInString(e.Text)
	switch {
	case !strings.ContainsFunc(e.Text, sayable):
		return &Gap{Field: "内容", Rule: "R30", Say: "记什么？请写" + string(e.Kind) + "的内容。"}
	case n > limit:
		return &Gap{Field: "内容", Rule: "R30", Say: string(e.Kind) + "一条最多" + strconv.Itoa(limit) + "字，现在有" + strconv.Itoa(n) + "字。请分开记。"}
	}
	return nil
}

// add appends an entry with the next number.
func (m *Meeting) add(e Entry) *Entry {
	e.ID = len(m.Entries) + 1
	m.Entries = append(m.Entries, e)
	m.note("记录", e.Author, "", strconv.Itoa(e.ID)+" "+string(e.Kind)+" "+e.Text, "")
	return &m.Entries[len(m.Entries)-1]
}

// Entry returns the entry with a number, nil if there is none. The caller may
// change what it points at only within this package.
func (m *Meeting) Entry(id int) *Entry {
	if id < 1 || id > len(m.Entries) {
		return nil
	}
	return &m.Entries[id-1]
}

// Support gives a 结论 its 依据 (R32): the one named, else the last of the topic.
func (m *Meeting) Support(text string, of int, who PersonID, now time.Time) (*Entry, error) {
	e := Entry{Kind: Basis, Text: text, Of: of}
	if of == 0 && m.Status == Live {
		last := m.lastConclusion()
		if last == nil {
			return nil, Refuse("R32", "这个议题还没有结论，先记“结论 …”，再记它的依据。")
		}
		e.Of = last.ID
	}
	if c := m.Entry(e.Of); c != nil {
		e.Topic = c.Topic
	}
	return m.Record(e, who, now)
}

// lastConclusion is that of the open topic, else the last of the meeting.
func (m *Meeting) lastConclusion() *Entry {
	current := m.Current()
	for i := len(m.Entries) - 1; i >= 0; i-- {
		e := &m.Entries[i]
		if e.Kind == Conclusion && !e.Withdrawn && (current == nil || e.Topic == current.Seq) {
			return e
		}
	}
	return nil
}

// Bases lists the texts of what carries a conclusion.
func (m *Meeting) Bases(conclusion int) []string {
	var out []string
	for _, e := range m.Entries {
		if e.Kind == Basis && e.Of == conclusion && !e.Withdrawn {
			out = append(out, e.Text)
		}
	}
	return out
}

// A TaskNote is a 待办 as it was said in the meeting: complete with its task, or
// with what it lacks (R33).
type TaskNote struct {
	Entry int // of the note that is completed now, 0 for a new one
	Text  string
	Owner PersonID
	Task  TaskID
	Topic int // of the task, which is that of the note
	Lacks []string
	Vague []string // words that were asked about (R38)
}

// NoteTask puts a 待办 on record, or completes one that is. What was vague once
// stays noted.
func (m *Meeting) NoteTask(n TaskNote, who PersonID, now time.Time) (*Entry, error) {
	e := m.Entry(n.Entry)
	if n.Entry == 0 || e == nil || e.Kind != ToDo || e.Withdrawn || e.Task != 0 {
		text := n.Text
		if !strings.ContainsFunc(text, sayable) {
			text = "（还没写要做什么）"
		}
		if utf8.RuneCountInString(text) > entryLimit {
			text = string([]rune(text)[:entryLimit])
		}
		return m.Record(Entry{Kind: ToDo, Text: text, Owner: n.Owner, Task: n.Task, Lacks: n.Lacks, Vague: n.Vague}, who, now)
	}
	before := strings.Join(e.Lacks, "、")
	if n.Text != "" && n.Text != e.Text {
		e.Earlier, e.Text = append(e.Earlier, e.Text), n.Text
	}
	e.Owner, e.Task, e.Lacks = n.Owner, n.Task, n.Lacks
	for _, w := range n.Vague {
		if !slices.Contains(e.Vague, w) {
			e.Vague = append(e.Vague, w)
		}
	}
	if len(n.Lacks) == 0 {
		m.note("补齐", who, "还缺 "+before, e.Text, "")
	}
	return e, nil
}

// Withdraw takes the person's own last line back within five minutes of it. It
// stays in the record as withdrawn, and the 依据 of a withdrawn 结论 with it.
func (m *Meeting) Withdraw(who PersonID, now time.Time) (*Entry, error) {
	if err := m.running("撤销"); err != nil {
		return nil, err
	}
	i := -1
	for j, e := range slices.Backward(m.Entries) {
		if e.Author == who && !e.Withdrawn {
			i = j
			break
		}
	}
	switch {
	case i < 0:
		return nil, Refuse("R30", "您在这次会上没有可以撤销的记录。")
	case now.After(m.Entries[i].At.Add(takeBack)):
		return nil, Refuse("R30", "“"+short(m.Entries[i].Text)+"”记下超过5分钟了，不能撤销。要改文字请发“改记录 "+strconv.Itoa(m.Entries[i].ID)+" 新文字”。")
	}
	e := &m.Entries[i]
	e.Withdrawn = true
	for j := range m.Entries {
		if m.Entries[j].Kind == Basis && m.Entries[j].Of == e.ID {
			m.Entries[j].Withdrawn = true
		}
	}
	m.note("撤销", who, strconv.Itoa(e.ID)+" "+string(e.Kind)+" "+e.Text, "", "")
	return e, nil
}

// Reword changes the text of a line and keeps the earlier one (R30): by who
// recorded it or by whoever runs the meeting, until the meeting is over. Gap: 内容.
func (m *Meeting) Reword(who PersonID, id int, text string) (*Entry, error) {
	if err := m.running("改记录"); err != nil {
		return nil, err
	}
	e := m.Entry(id)
	text = strings.TrimSpace(text)
	switch {
	case e == nil || e.Withdrawn:
		return nil, Refuse("R30", "没有第"+strconv.Itoa(id)+"条记录。")
	case who != e.Author && !m.Runs(who):
		return nil, Refuse("R30", "这条是"+e.Author.Token()+"记的，由本人、记录人或主持人来改。")
	case e.Kind == ToDo && e.Task != 0:
		return nil, Refuse("R53", "这条是一项待办，要改请用待办的命令：延期、转交或取消待办。")
	case e.Kind == Difference:
		return nil, Refuse("R42", "观点要本人来改：请"+orSomebody(e.Speaker)+"发“改观点 新的说法”。")
	}
	changed := *e
	changed.Text = text
	if g := changed.gap(); g != nil {
		return nil, &Refusal{Rule: "R30", Gaps: []Gap{*g}}
	}
	m.note("改记录", who, e.Text, text, "")
	e.Earlier = append(e.Earlier, e.Text)
	e.Text = text
	if e.Kind == Conclusion {
		e.Verdict, e.Lead = VerdictOf(text), m.leadOf(text)
	}
	return e, nil
}

// TakeBack undoes a task that was recorded by mistake, while nobody has said
// anything to it (撤销): by who recorded it.
func (t *Task) TakeBack(who PersonID, now time.Time) error {
	switch {
	case !t.Open():
		return nil
	case t.Status != Unconfirmed:
		return t.refuse("R86", "已由"+t.Owner.Token()+"确认，不能撤销。不办了请主持人发“取消待办”。")
	}
	const reason = "记录撤销"
	t.change("撤销", who, reason, func() {
		t.Status, t.Reason, t.ClosedAt = Cancelled, reason, now
		t.Proposal = nil
	})
	return nil
}
