package meeting

import (
	"fmt"
	"slices"
	"time"
)

// maxLine is how many characters a line of the minutes has at most.
const maxLine = 500

// Rewrite replaces the text of line n, counted from 1 (纪要 改). Its subjective
// words are asked about anew (R52).
func (x *Minutes) Rewrite(who PersonID, n int, text string) error {
	return x.edit("纪要改", who, n, func() error {
		text, err := lineText(text)
		if err != nil {
			return err
		}
		x.Lines[n-1].Text = text
		x.unquote(n)
		return nil
	})
}

// Insert adds a line behind those of its part and topic (纪要 加) and answers
// with its number.
func (x *Minutes) Insert(who PersonID, l Line) (int, error) {
	at := slices.IndexFunc(x.Lines, func(o Line) bool { return o.rank() > l.rank() })
	if at < 0 {
		at = len(x.Lines)
	}
	err := x.edit("纪要加", who, 0, func() error {
		text, err := lineText(l.Text)
		if err != nil {
			return err
		}
		l.Text = text
		x.Lines = slices.Insert(x.Lines, at, l)
		x.renumber(func(n int) int {
			if n > at {
				return n + 1
			}
			return n
		})
		x.Stated = slices.DeleteFunc(x.Stated, func(s string) bool { return s == string(l.Section) })
		return nil
	})
	return at + 1, err
}

// Delete takes line n, counted from 1, out (纪要 删).
func (x *Minutes) Delete(who PersonID, n int) error {
	return x.edit("纪要删", who, n, func() error {
		x.Lines = slices.Delete(x.Lines, n-1, n)
		x.renumber(func(m int) int {
			switch {
			case m == n:
				return 0
			case m > n:
				return m - 1
			}
			return m
		})
		return nil
	})
}

// Quote keeps line n as the view of somebody, subjective words and all (R52).
// Gaps: 引用.
func (x *Minutes) Quote(who PersonID, n int, speaker PersonID) error {
	return x.edit("纪要引用", who, n, func() error {
		if speaker == Nobody {
			return &Refusal{Rule: "R52", Gaps: []Gap{{Field: "引用", Rule: "R52", Say: "这是谁的观点？请@本人。"}}}
		}
		x.Lines[n-1].Speaker = speaker
		x.unquote(n)
		x.Quotes = append(x.Quotes, n)
		return nil
	})
}

// SayNone states that a part has nothing, so that it is not merely empty (R51).
func (x *Minutes) SayNone(who PersonID, part Section) error {
	return x.edit("纪要部分", who, 0, func() error {
		if !slices.Contains([]Section{Discussion, Resolutions, TaskList}, part) {
			return Refuse("R51", "只有讨论要点、决议事项和待办任务清单可以写“无”。")
		}
		if !slices.Contains(x.Stated, string(part)) {
			x.Stated = append(x.Stated, string(part))
		}
		return nil
	})
}

// Reach says how far goal n, counted from 1, was reached.
func (x *Minutes) Reach(who PersonID, n int, how string) error {
	return x.edit("纪要目标", who, 0, func() error {
		switch {
		case n < 1 || n > len(x.Reached):
			return Refuse("R51", fmt.Sprintf("这次会议有%d个目标，没有第%d个。", len(x.Reached), n))
		case !slices.Contains([]string{"达成", "部分达成", "未达成"}, how):
			return Refuse("R51", "目标请写达成、部分达成或未达成。")
		}
		x.Reached[n-1] = how
		return nil
	})
}

// edit changes the text if it may be changed by that person now: by the recorder
// until it is submitted, by the recorder and the host once readers have it. It
// ends an approval of the text; what readers have becomes a new version. n is the
// line that is changed, 0 for none.
func (x *Minutes) edit(what string, who PersonID, n int, change func() error) error {
	if err := x.mayEdit(who); err != nil {
		return err
	}
	if n < 0 || n > len(x.Lines) {
		return Refuse("R51", fmt.Sprintf("纪要有%d行，请写1到%d。发“纪要”看行号。", len(x.Lines), len(x.Lines)))
	}
	before := x.textOf(n)
	if err := change(); err != nil {
		return err
	}
	x.revise()
	x.note(what, who, before, x.textOf(n), "")
	return nil
}

func (x *Minutes) textOf(n int) string {
	if n < 1 || n > len(x.Lines) {
		return ""
	}
	return x.Lines[n-1].Text
}

// revise notes that the text is another one: what readers have is a version, so
// this begins the next, and the host's approval has to come anew.
func (x *Minutes) revise() {
	switch x.State {
	case SentBack:
		x.State = Drafting
	case Issued:
		x.State = Revising
		x.Draft++
	case Drafting, Reviewing, Revising, Final:
	}
	x.Terms++
	x.ApprovedAt = time.Time{}
}

func (x *Minutes) mayEdit(who PersonID) error {
	switch {
	case x.State == Final:
		return ErrSealed
	case x.Kind != TheMinutes:
		return Refuse("R61", string(x.Kind)+"不能逐行修改，要改请重新发起。")
	case x.State == Reviewing:
		return Refuse("R54", "正在等"+x.Reviews().Token()+"审核，不能改。要改请先退回。")
	case who == x.Recorder:
		return nil
	case who == x.Host && (x.State == Issued || x.State == Revising):
		return nil
	case who == x.Host:
		return Refuse("R50", "初稿由记录人"+x.Recorder.Token()+"写，提交后请您审核。")
	}
	return Refuse("R50", "纪要由记录人"+x.Recorder.Token()+"来改。您有不同看法，分发后请发“意见”。")
}

// unquote forgets that line n stays as a view.
func (x *Minutes) unquote(n int) {
	x.Quotes = slices.DeleteFunc(x.Quotes, func(q int) bool { return q == n })
}

// renumber follows the lines that moved; 0 is a line that is no more.
func (x *Minutes) renumber(now func(int) int) {
	var quotes []int
	for _, q := range x.Quotes {
		if q = now(q); q > 0 {
			quotes = append(quotes, q)
		}
	}
	x.Quotes = quotes
	for i := range x.Items {
		x.Items[i].Line = now(x.Items[i].Line)
	}
}

// lineText is what was typed as one line.
func lineText(text string) (string, error) {
	text = flat(text)
	switch n := len([]rune(text)); {
	case n == 0:
		return "", &Refusal{Rule: "R51", Gaps: []Gap{{Field: "内容", Rule: "R51", Say: "写什么内容？"}}}
	case n > maxLine:
		return "", Refuse("R51", fmt.Sprintf("一行最多%d字，这行有%d字。请分成几行。", maxLine, n))
	}
	return text, nil
}
