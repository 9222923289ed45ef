package command

import (
	"fmt"
	"regexp"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/paper"
)

// finalDoc is the sealed text with the code under it, and the papers that came
// after it (R61); those stand below, for the text itself never changes.
func finalDoc(t *bot.Turn, x *meeting.Minutes) (paper.Doc, error) {
	d := readDoc(x.Text)
	d.Sealed = x.Text
	d.Foot = append(d.Foot, "校验码："+x.Code())
	if x.Kind != meeting.TheMinutes {
		return d, nil
	}
	later, err := t.Book.FindMinutes(meeting.MinutesQuery{Of: x.ID})
	if err != nil {
		return d, fmt.Errorf("errata of minutes %d: %w", x.ID, err)
	}
	for _, e := range later {
		if e.State == meeting.Final {
			d.Foot = append(d.Foot, "另见"+string(e.Kind)+"："+e.No+"，"+erratumLine(e))
		}
	}
	return d, nil
}

// erratumDoc is the paper of an erratum or a supplement, with its way back to the
// minutes (R61, 4.7).
func erratumDoc(t *bot.Turn, x *meeting.Minutes, m *meeting.Meeting) (paper.Doc, error) {
	of, err := t.Book.Minutes(x.Of)
	if err != nil {
		return paper.Doc{}, fmt.Errorf("minutes %d: %w", x.Of, err)
	}
	d := paper.Doc{Title: paperTitle(m) + string(x.Kind), Head: []string{"编号：" + x.No, "原纪要编号：" + of.No + "（校验码" + of.Code() + "）"}}
	if x.Kind == meeting.ASupplement {
		d.Title = line(m.Title) + "补充纪要"
	}
	var rows [][]string
	for _, row := range [][]string{{"原文", x.Erratum.Was}, {"更正为", x.Erratum.Now}, {"原因", x.Erratum.Reason}, {"提出人", x.Erratum.By.Token()}, {"批准人", reviewerOf(x)}} {
		if x.Kind == meeting.ASupplement && row[0] == "更正为" {
			row[0] = "补充内容"
		}
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	d.Grid([]string{"项目", "内容"}, rows)
	d.Foot = []string{"原纪要终稿不变，与本" + string(x.Kind) + "一并阅读。"}
	return d.Map(plainText), nil
}

// readDoc is a kept text as a document again: what it shows is what was kept, to
// the letter.
func readDoc(text string) paper.Doc {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	d := paper.Doc{Title: lines[0]}
	if i := strings.LastIndex(lines[0], "【"); i > 0 && strings.HasSuffix(lines[0], "】") {
		d.Title, d.Mark = lines[0][:i], lines[0][i:]
	}
	for i := 1; i < len(lines); i++ {
		l := lines[i]
		cells := strings.Split(l, " | ")
		switch {
		case len(cells) > 1:
			table := &paper.Table{Head: cells}
			for i+1 < len(lines) && strings.Count(lines[i+1], " | ") == len(cells)-1 {
				i++
				table.Rows = append(table.Rows, strings.Split(lines[i], " | "))
			}
			d.Blocks = append(d.Blocks, paper.Block{Table: table})
		case partHeading.MatchString(l):
			d.Heading(1, l)
		case topicHeading.MatchString(l):
			d.Heading(2, l)
		default:
			d.Para(l)
		}
	}
	return d
}

// How the headings of the paper begin.
var (
	partHeading  = regexp.MustCompile(`^[一二三四五六]、`)
	topicHeading = regexp.MustCompile(`^(议题\d+ |其他$)`)
)
