package meeting

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// maxPages is how long something to read before may be without a 摘要 (R16).
const maxPages = 5

// NotNow is what an answer carries to leave out what a rule only asks for.
const NotNow = "先不写"

// AddMaterial puts something to read before on the list. What is to be discussed
// or decided in it is asked for (R17), and a one-page 摘要 of what is longer than
// five pages (R16); NotNow given there settles it.
func (m *Meeting) AddMaterial(by PersonID, x Material, now time.Time) error {
	if !m.Involves(by) {
		return m.mayPrepare(by)
	}
	if m.Status != Planned && m.Status != Noticed {
		return m.closedFor("资料")
	}
	if x.Topic != 0 {
		if _, err := m.topicAt(x.Topic); err != nil {
			return err
		}
	}
	if gaps := x.gaps(); len(gaps) > 0 {
		return &Refusal{Rule: gaps[0].Rule, Gaps: gaps}
	}
	said := func(s string) string {
		if s = strings.TrimSpace(s); s == NotNow {
			return ""
		}
		return s
	}
	x.Focus, x.Summary, x.Owner, x.At = said(x.Focus), said(x.Summary), by, now
	m.Materials, m.NoMaterial = append(m.Materials, x), false
	m.note("资料", by, "", x.Title+" "+x.Link, "")
	return nil
}

func (x Material) gaps() []Gap {
	var gaps []Gap
	ask := func(field, rule, say string, choices ...Choice) {
		gaps = append(gaps, Gap{Field: field, Rule: rule, Say: say, Choices: choices})
	}
	skip := Choice{Label: NotNow, Value: NotNow}
	if x.Link == "" && x.File == nil && !strings.ContainsFunc(x.Title, sayable) {
		ask("资料", "R15", "资料在哪里？请给链接，或私聊发文件。没有资料请发“资料 无”。")
	}
	if strings.TrimSpace(x.Focus) == "" {
		ask("要点", "R17", "哪里要讨论或决定？写一句，如“看第3页的偏好数据”。", skip)
	}
	if x.Long() && strings.TrimSpace(x.Summary) == "" {
		ask("摘要", "R16", fmt.Sprintf("《%s》有%d页，超过%d页。请补一页以内的摘要，写一段话或给链接。", short(x.Title), x.Pages, maxPages), skip)
	}
	for field, text := range map[string]string{"要点": x.Focus, "摘要": x.Summary} {
		if n := utf8.RuneCountInString(text); n > textLimit {
			ask(field, "R17", fmt.Sprintf("%s最多%d字，现在有%d字。请写短一些。", field, textLimit, n))
		}
	}
	return gaps
}

// Long reports whether it needs a 摘要 (R16).
func (x Material) Long() bool { return x.Pages > maxPages }

// StateNoMaterial says that there is nothing to read before (R15).
func (m *Meeting) StateNoMaterial(by PersonID) error {
	if err := m.preparing(by, "资料"); err != nil {
		return err
	}
	if len(m.Materials) > 0 {
		return Refuse("R15", fmt.Sprintf("已经有%d份资料。要去掉请发“资料 去掉 1”。", len(m.Materials)))
	}
	m.NoMaterial = true
	m.note("资料", by, "", "无资料", "")
	return nil
}

// DropMaterial takes a piece off the list, counted from 1.
func (m *Meeting) DropMaterial(by PersonID, n int) error {
	if err := m.preparing(by, "资料"); err != nil {
		return err
	}
	if n < 1 || n > len(m.Materials) {
		return Refuse("R15", fmt.Sprintf("没有第%d份资料，现在有%d份。", n, len(m.Materials)))
	}
	gone := m.Materials[n-1]
	m.Materials = append(m.Materials[:n-1:n-1], m.Materials[n:]...)
	m.note("资料 去掉", by, gone.Title, "", "")
	return nil
}
