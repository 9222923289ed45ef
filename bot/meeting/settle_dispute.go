package meeting

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"huiban/bot/workday"
)

// NewDispute begins a 未决事项 of a topic: as the first view of a 分歧, or as what
// could not be finished (R42, R43). It saves nothing.
func (m *Meeting) NewDispute(kind DisputeKind, topic int, who PersonID, now time.Time) *Dispute {
	d := &Dispute{
		Meeting: m.ID, Topic: topic, Chat: m.Chat, Kind: kind, Status: Pending,
		CreatedAt: now, By: who, Host: m.Host, Readers: m.People(),
	}
	d.note("未决", who, "", string(kind), "")
	return d
}

// Hold adds a view to a dispute, or another wording of the same person's (R42):
// what people say themselves is confirmed, what is said for them waits for
// their own word. Views are never merged. Gaps: 观点.
func (d *Dispute) Hold(v View, who PersonID, now time.Time) error {
	if err := d.open(); err != nil {
		return err
	}
	v.Text, v.Reason = strings.TrimSpace(v.Text), strings.TrimSpace(v.Reason)
	if !strings.ContainsFunc(v.Text, sayable) {
		return &Refusal{Rule: "R42", Gaps: []Gap{{Field: "观点", Rule: "R42", Say: "什么观点？请写一句。"}}}
	}
	for _, part := range []struct{ field, what, text string }{{"观点", "观点", v.Text}, {"理由", "理由", v.Reason}} {
		if utf8.RuneCountInString(part.text) > conclusionLimit {
			return &Refusal{Rule: "R42", Gaps: []Gap{{Field: part.field, Rule: "R42", Say: part.what + "最多" + strconv.Itoa(conclusionLimit) + "字，请写短一些。"}}}
		}
	}
	v.At, v.Confirmed = now, v.Person != Nobody && v.Person == who
	was := ""
	if i := d.standsFor(v); i >= 0 {
		was = d.Views[i].Text
		if v.Reason == "" && v.Text == was {
			v.Reason = d.Views[i].Reason
		}
		d.Views[i] = v
	} else {
		d.Views = append(d.Views, v)
	}
	if d.Kind == Unfinished && len(d.Views) >= 2 {
		d.Kind = Disagreed // two views make it one that somebody has to decide (R43)
	}
	d.note("观点", who, was, holder(v)+" "+v.Text, v.Reason)
	return nil
}

func holder(v View) string {
	if v.Person == Nobody {
		return v.Department
	}
	return v.Person.Token()
}

// standsFor is the earlier view that a new one takes the place of: the same
// person's, or that of a department which the person speaks for now.
func (d *Dispute) standsFor(v View) int {
	if i := d.viewOf(v.Person); i >= 0 || v.Person == Nobody {
		return i
	}
	short := strings.TrimSuffix(v.Department, "部")
	return slices.IndexFunc(d.Views, func(o View) bool {
		return o.Person == Nobody && short != "" && strings.TrimSuffix(o.Department, "部") == short
	})
}

func (d *Dispute) viewOf(p PersonID) int {
	if p == Nobody {
		return -1
	}
	return slices.IndexFunc(d.Views, func(v View) bool { return v.Person == p })
}

// ViewOf returns the view of a person, nil if there is none.
func (d *Dispute) ViewOf(p PersonID) *View {
	if i := d.viewOf(p); i >= 0 {
		return &d.Views[i]
	}
	return nil
}

// ConfirmView is a person's yes to the own view as it is written (R42).
func (d *Dispute) ConfirmView(who PersonID) error {
	if err := d.open(); err != nil {
		return err
	}
	v := d.ViewOf(who)
	switch {
	case v == nil:
		return Refuse("R42", "这里没有您的观点。要说就发“分歧 观点 理由:…”。")
	case v.Confirmed:
		return Refuse("R42", "您已经确认过自己的原话了。")
	}
	v.Confirmed = true
	d.note("确认观点", who, "", v.Text, "")
	return nil
}

// DropView takes a person's own view back. Where fewer than two are left and
// nobody has to decide anything else, there is no dispute any more (R42).
func (d *Dispute) DropView(who PersonID) error {
	if err := d.open(); err != nil {
		return err
	}
	i := d.viewOf(who)
	if i < 0 {
		return Refuse("R42", "这里没有您的观点，不用撤回。")
	}
	d.note("撤回观点", who, d.Views[i].Text, "", "")
	d.Views = slices.Delete(d.Views, i, i+1)
	if d.Kind == Disagreed && d.Question == "" && len(d.Views) < 2 {
		d.Status, d.Reason = Retracted, who.Token()+"撤回了观点"
		d.note("撤回", who, string(Pending), string(Retracted), d.Reason)
	}
	return nil
}

// forgetView drops the view that a withdrawn line of the record held, and the
// dispute with it where nothing else is left.
func (d *Dispute) forgetView(p PersonID, text string) {
	d.Views = slices.DeleteFunc(d.Views, func(v View) bool { return v.Person == p && v.Text == text })
	if len(d.Views) == 0 && d.Question == "" {
		d.Status, d.Reason = Retracted, "记录撤销"
	}
}

// Undo takes back what a withdrawn line of the record did to its dispute: a
// view goes, a question with nothing but its line is retracted.
func (d *Dispute) Undo(e Entry, who PersonID) error {
	if err := d.open(); err != nil {
		return err
	}
	d.note("撤销", who, string(e.Kind)+" "+e.Text, "", "")
	if e.Kind == Difference {
		d.forgetView(e.Speaker, e.Text)
		return nil
	}
	d.Question, d.Decider, d.DecideBy = "", Nobody, time.Time{}
	if len(d.Views) == 0 {
		d.Status, d.Reason = Retracted, "记录撤销"
	}
	return nil
}

// A Question is what is left undecided: by whom and when it is decided, or who
// takes it further (R43).
type Question struct {
	Text     string
	Decider  PersonID
	Due      Deadline
	FollowUp PersonID
	Later    bool // 下次再议
}

// Ask states what a dispute is about (R43). A 有分歧 is complete with two views,
// a decider of 决策层 and a date; what was given is kept, and what it still
// lacks comes back as gaps. An 未议完 needs nothing more, and may name a decider
// with a date. Gaps: 内容, 决策人, 期限.
func (d *Dispute) Ask(m *Meeting, q Question, who PersonID, now time.Time, cal workday.Calendar) ([]Gap, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	q.Text = strings.TrimSpace(q.Text)
	if q.Text == "" {
		q.Text = d.Question
	}
	if g := (Entry{Kind: Unsettled, Text: q.Text}).gap(); g != nil {
		g.Say, g.Rule = "未决事项用一句话怎么写？", "R43"
		return nil, &Refusal{Rule: "R43", Gaps: []Gap{*g}}
	}
	before := d.Question
	d.Question = q.Text
	if q.FollowUp != Nobody {
		d.FollowUp = q.FollowUp
	}
	if q.Later {
		d.Kind, d.Decider, d.DecideBy = Unfinished, Nobody, time.Time{}
	}
	var gaps []Gap
	if g := m.deciderGap(q.Decider); q.Decider != Nobody && g != nil {
		gaps = append(gaps, *g)
	} else if q.Decider != Nobody {
		d.Decider = q.Decider
	}
	if given := strings.TrimSpace(q.Due.Raw) != "" || !q.Due.At.IsZero(); given {
		if g := q.Due.Gap("期限", now, cal); g != nil {
			gaps = append(gaps, *g)
		} else {
			d.DecideBy = q.Due.At
		}
	}
	d.note("未决", who, before, d.Question, "")
	return d.gaps(m, gaps), nil
}

// gaps adds what the dispute lacks to what is wrong with what was given.
func (d *Dispute) gaps(m *Meeting, gaps []Gap) []Gap {
	asked := func(field string) bool {
		return slices.ContainsFunc(gaps, func(g Gap) bool { return g.Field == field })
	}
	for _, lack := range d.Lacks() {
		switch {
		case lack == "决策人" && !asked(lack):
			gaps = append(gaps, *m.deciderGap(Nobody))
		case lack == "期限" && !asked(lack):
			gaps = append(gaps, Gap{Field: "期限", Rule: "R43", Say: "哪天前要定下来？请给一个日期。"})
		}
	}
	return gaps
}

// deciderGap refuses a decider who is not of 决策层, and offers those who are
// (R43).
func (m *Meeting) deciderGap(p PersonID) *Gap {
	deciders := m.Deciders()
	if p != Nobody && slices.Contains(deciders, p) {
		return nil
	}
	g := &Gap{Field: "决策人", Rule: "R43", Say: "请哪位决策层的人来定？"}
	if p != Nobody {
		g.Say = p.Token() + "不是这次会的决策层，请从决策层里选一位来定。"
	}
	for _, one := range deciders {
		g.Choices = append(g.Choices, Choice{Label: one.Token(), Value: one.Token()})
	}
	return g
}

// Lacks names what the dispute needs before somebody can decide it (R43).
func (d *Dispute) Lacks() []string {
	var out []string
	decides := d.Kind == Disagreed || d.Decider != Nobody || !d.DecideBy.IsZero()
	for _, l := range []struct {
		what string
		is   bool
	}{
		{"未决事项", d.Question == ""},
		{"双方观点", d.Kind == Disagreed && len(d.Views) < 2},
		{"决策人", decides && d.Decider == Nobody},
		{"期限", decides && d.DecideBy.IsZero()},
	} {
		if l.is {
			out = append(out, l.what)
		}
	}
	return out
}

// File draws the number of a dispute that somebody is to decide and that lacks
// nothing (R43, R66); it reports whether the decider is to be asked now.
func (d *Dispute) File(b Serials, serial string) (bool, error) {
	if !d.Open() || d.No != "" || d.Decider == Nobody || len(d.Lacks()) > 0 {
		return false, nil
	}
	scope := "D-" + serial
	n, err := b.Serial(scope)
	if err != nil {
		return false, fmt.Errorf("number of %s: %w", scope, err)
	}
	d.No = fmt.Sprintf("%s-%02d", scope, n)
	d.note("编号", d.By, "", d.No, "")
	return true, nil
}

// Rule is the decider's word on a dispute (3.2). The views stay as they are, for
// good (R42). Gaps: 裁决, 依据.
func (d *Dispute) Rule(who PersonID, ruling, basis string, now time.Time) error {
	ruling, basis = strings.TrimSpace(ruling), strings.TrimSpace(basis)
	switch {
	case !d.Open():
		return d.ended()
	case d.Decider == Nobody:
		return Refuse("R43", "“"+short(d.Question)+"”还没有定由谁来定。")
	case who != d.Decider:
		return Refuse("R43", "“"+short(d.Question)+"”由"+d.Decider.Token()+"来定。")
	case len(d.Lacks()) > 0:
		return Refuse("R43", "“"+short(d.Question)+"”还缺："+strings.Join(d.Lacks(), "、")+"，补齐了再定。")
	}
	if gaps := missing("R43", [3]string{"裁决", ruling, "怎么定？请写一句话。"}, [3]string{"依据", basis, "依据是什么？"}); gaps != nil {
		return &Refusal{Rule: "R43", Say: "“" + short(d.Question) + "”请您定。", Gaps: gaps}
	}
	for _, part := range []struct{ field, text string }{{"裁决", ruling}, {"依据", basis}} {
		if utf8.RuneCountInString(part.text) > conclusionLimit {
			return &Refusal{Rule: "R43", Gaps: []Gap{{Field: part.field, Rule: "R43", Say: part.field + "最多" + strconv.Itoa(conclusionLimit) + "字，请写短一些。"}}}
		}
	}
	d.note("裁决", who, string(Pending), string(Ruled), ruling+"；依据："+basis)
	d.Status, d.Ruling, d.Basis, d.RuledAt = Ruled, ruling, basis, now
	return nil
}

// Retract takes a dispute from the table: by the host, on the word of who put it
// on record, with a reason (3.2). Gap: 原因.
func (d *Dispute) Retract(who PersonID, reason string) error {
	reason = strings.TrimSpace(reason)
	switch {
	case !d.Open():
		return d.ended()
	case who != d.Host && who != d.By:
		return Refuse("R43", "撤回未决事项由提出的人和主持人"+d.Host.Token()+"来定。")
	case reason == "":
		return &Refusal{Rule: "R43", Gaps: []Gap{{Field: "原因", Rule: "R43", Say: "为什么撤回？请写一句原因。"}}}
	case who != d.Host:
		return ErrHostAgrees
	}
	d.note("撤回未决", who, string(Pending), string(Retracted), reason)
	d.Status, d.Reason = Retracted, reason
	return nil
}

// ErrHostAgrees says that who put a dispute on record needs the host's yes to
// take it back (3.2).
var ErrHostAgrees = Refuse("R43", "撤回要主持人同意，已请主持人定。")

func (d *Dispute) open() error {
	if !d.Open() {
		return d.ended()
	}
	return nil
}

func (d *Dispute) ended() error {
	return Refuse("R43", "“"+short(d.Question)+"”"+string(d.Status)+"了，不能再改。")
}

// Against lists whose views of a topic are open and stand against a 一致同意
// (R42).
func Against(disputes []*Dispute, topic int) []View {
	var out []View
	for _, d := range disputes {
		if d.Open() && d.Kind == Disagreed && d.Topic == topic {
			out = append(out, d.Views...)
		}
	}
	return out
}
