package meeting

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot/wording"
)

// Subjective is a line with words of opinion that are neither rewritten nor kept
// as somebody's view (R52).
type Subjective struct {
	Line  int // counted from 1
	Words []string
}

// Subjective lists the lines that have still to be rewritten or quoted, in order.
func (x *Minutes) Subjective(lists wording.Lists) []Subjective {
	var out []Subjective
	for i, l := range x.Lines {
		if slices.Contains(x.Quotes, i+1) {
			continue
		}
		var words []string
		for _, h := range lists.Find(l.Text, wording.Subjective) {
			words = append(words, h.Word)
		}
		if len(words) > 0 {
			out = append(out, Subjective{Line: i + 1, Words: words})
		}
	}
	return out
}

// Lacking is what keeps the draft from being submitted: an empty part that does
// not say 无 (R51), a topic with neither a conclusion nor anything undecided
// (R31) and tasks that lack an element (R33), which 散会 left to the recorder
// (R49).
type Lacking struct {
	Parts  []Section
	Topics []int   // Topic.Seq
	ToDos  []Entry // 要素不全
}

// None reports whether nothing is lacking.
func (l Lacking) None() bool { return len(l.Parts)+len(l.Topics)+len(l.ToDos) == 0 }

// Lacks says what the draft lacks; tasks is how many the meeting has.
func (x *Minutes) Lacks(m *Meeting, tasks int) Lacking {
	var out Lacking
	talked := slices.ContainsFunc(x.Lines, func(l Line) bool { return l.Section != OtherWork })
	empty := func(part Section, there bool) {
		if !there && !slices.Contains(x.Stated, string(part)) {
			out.Parts = append(out.Parts, part)
		}
	}
	empty(Discussion, talked)
	empty(Resolutions, x.Resolved() > 0)
	empty(TaskList, tasks > 0)
	for _, t := range m.Topics {
		if !x.settles(t) {
			out.Topics = append(out.Topics, t.Seq)
		}
	}
	for _, e := range m.Entries {
		if e.Kind == ToDo && !e.Withdrawn && e.Task == 0 && !x.putOff(e) {
			out.ToDos = append(out.ToDos, e)
		}
	}
	return out
}

// settles reports whether a topic came to something, in the meeting or by a line
// that was added after it.
func (x *Minutes) settles(t Topic) bool {
	if t.Status == Concluded || t.Status == Undecided || t.Status == Dropped {
		return true
	}
	return slices.ContainsFunc(x.Lines, func(l Line) bool {
		return l.Topic == t.Seq && (l.Kind == Conclusion || l.Kind == Unsettled || l.Section == OtherWork)
	})
}

// putOff reports whether a task that lacks an element was put off instead.
func (x *Minutes) putOff(e Entry) bool {
	return slices.ContainsFunc(x.Lines, func(l Line) bool { return l.Section == OtherWork && l.Entry == e.ID })
}

// Submit hands the draft over for review (R50–R52): by the recorder, once
// nothing is lacking and every word of opinion was answered. text is the paper
// as it stands, kept as this version (R63).
func (x *Minutes) Submit(who PersonID, lacking Lacking, lists wording.Lists, text string, now time.Time) error {
	if err := x.maySubmit(who); err != nil {
		return err
	}
	if !lacking.None() {
		return Refuse("R51", lacking.say())
	}
	if hits := x.Subjective(lists); len(hits) > 0 {
		h := hits[0]
		return Refuse("R52", fmt.Sprintf("第%d行“%s”含主观表述“%s”。改写，还是作为某人的观点引用？",
			h.Line, short(x.Lines[h.Line-1].Text), strings.Join(h.Words, "、")))
	}
	before := string(x.State)
	x.State, x.SubmittedAt, x.ReviewNote = Reviewing, now, ""
	if x.DraftAt.IsZero() {
		x.DraftAt = now
	}
	x.keep(text, now)
	x.note("提审", who, before, string(x.State)+" "+x.Edition(), "")
	return nil
}

func (x *Minutes) maySubmit(who PersonID) error {
	switch {
	case x.State == Final:
		return ErrSealed
	case x.State != Drafting && x.State != SentBack:
		return Refuse("R54", "现在是“"+string(x.State)+"”，不用再提审。")
	case who != x.Recorder:
		return Refuse("R50", "要由记录人"+x.Recorder.Token()+"提审。")
	case x.Kind != TheMinutes:
		return Refuse("R61", string(x.Kind)+"退回了，请重新发起，写上改好的内容。")
	}
	return nil
}

// say names what is lacking and how to mend it.
func (l Lacking) say() string {
	lines := []string{"还不能提审："}
	for _, p := range l.Parts {
		name := strings.TrimPrefix(string(p), "各议题")
		lines = append(lines, "“"+name+"”是空的。没有就发“纪要部分 "+name+" 无”。")
	}
	for _, seq := range l.Topics {
		lines = append(lines, fmt.Sprintf("议题%d没有结论也没有未决事项。发“纪要加 %d 结论 …”或“纪要加 %d 未决 …”补一行。", seq, seq, seq))
	}
	for _, e := range l.ToDos {
		lines = append(lines, "待办“"+short(e.Text)+"”还缺："+e.lacks()+"。请补齐；不办了发“纪要加 另议 "+short(e.Text)+"”。")
	}
	return strings.Join(lines, "\n")
}

// lacks names what a task of the record lacks.
func (e Entry) lacks() string {
	if len(e.Lacks) == 0 {
		return "责任人、截止日期"
	}
	return strings.Join(e.Lacks, "、")
}

// Edition is how the version is called: v0.2, and v1.0 once it is final (R63).
func (x *Minutes) Edition() string {
	if x.State == Final {
		return "v1.0"
	}
	return fmt.Sprintf("v0.%d", x.Draft)
}

// keep keeps the text of a version that leaves the recorder's hands (R63). What
// is reviewed and issued under one number is one version.
func (x *Minutes) keep(text string, now time.Time) {
	e := Edition{No: x.Edition(), At: now, Text: text}
	if i := len(x.Editions) - 1; i >= 0 && x.Editions[i].No == e.No {
		x.Editions[i] = e
		return
	}
	x.Editions = append(x.Editions, e)
}

// SendBack returns the draft to its recorder with what is wrong; the next
// version counts one up (R54). Gaps: 原因.
func (x *Minutes) SendBack(who PersonID, reason string, seen int) error {
	if err := x.MayIssue(who, seen); err != nil {
		return err
	}
	if reason = flat(reason); reason == "" {
		return &Refusal{Rule: "R54", Gaps: []Gap{{Field: "原因", Rule: "R54", Say: "哪里要改？写一句，记录人照着补。"}}}
	}
	before := x.Edition()
	x.State, x.ReviewNote = SentBack, reason
	x.Draft++
	x.Terms++
	x.note("退回", who, before, x.Edition(), reason)
	return nil
}

// Deputise names who reviews for the host (R54): by the host, who takes it back
// by naming themselves; never the recorder, who would review themselves. Gaps:
// 代审人.
func (x *Minutes) Deputise(who, to PersonID) error {
	switch {
	case x.State == Final:
		return ErrSealed
	case who != x.Host:
		return Refuse("R54", "要由主持人"+x.Host.Token()+"请人代审。")
	case x.State == Issued || x.State == Revising:
		return Refuse("R54", "纪要已经分发，不用再审核。")
	case to == Nobody:
		return &Refusal{Rule: "R54", Gaps: []Gap{{Field: "代审人", Rule: "R54", Say: "请哪位同事代审？请@本人。"}}}
	case to == x.Recorder && to != x.Host:
		return Refuse("R54", "记录人不能审核自己写的纪要，请换一位。")
	}
	before := x.Reviews()
	if x.Reviewer = to; to == x.Host {
		x.Reviewer = Nobody
	}
	x.note("代审", who, before.Token(), to.Token(), "")
	return nil
}

// MayIssue refuses whoever may not let the minutes out, or send them back:
// nobody but the host or the deputy may, once they were submitted, and never on a
// card that showed another text (R54). seen is Terms of the tapped card and 0 for
// typed words.
func (x *Minutes) MayIssue(who PersonID, seen int) error {
	switch {
	case x.State == Final:
		return ErrSealed
	case x.State == Drafting || x.State == SentBack:
		return Refuse("R54", "纪要还在"+x.Recorder.Token()+"手里，提审后再审核。")
	case x.State != Reviewing:
		return Refuse("R54", "纪要已经分发，不用再审核。")
	case who != x.Reviews():
		return Refuse("R54", "要由"+x.Reviews().Token()+"审核，没有通过就不会发出。")
	}
	return x.upToDate(seen)
}

// upToDate refuses a tap on a card that showed another text than today's.
func (x *Minutes) upToDate(seen int) error {
	if seen != 0 && seen != x.Terms {
		return Refuse("R54", "内容刚更新过，您点的是旧卡片。请看新卡片再定。")
	}
	return nil
}

// Latest is the version that people have: the last one that left the recorder's
// hands, the one under way if none has.
func (x *Minutes) Latest() string {
	if len(x.Editions) == 0 {
		return x.Edition()
	}
	return x.Editions[len(x.Editions)-1].No
}
