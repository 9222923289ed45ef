package playground

import (
	"context"
	"strings"
	"testing"

	"huiban/bot"
	"huiban/bot/bottest"
)

// screen reads the page's own interface.
type screen struct{ l *lab }

// Messages lists what people see, a card as the text around its parts.
func (s screen) Messages(context.Context) ([]bottest.Said, error) {
	list, err := s.l.p.Messages("", 0)
	var out []bottest.Said
	for _, m := range list {
		said := bottest.Said{ID: bot.MessageID(m.ID), Text: m.Text}
		if m.Card != nil {
			said.Text, said.Buttons, said.Inputs = readCard(m.Card)
		}
		out = append(out, said)
	}
	return out, err
}

func readCard(c *Card) (text string, buttons, inputs []string) {
	lines := []string{c.Title, c.Body}
	for _, f := range c.Fields {
		lines = append(lines, f.Label+"："+f.Value)
	}
	if c.Table != nil {
		for _, row := range append([][]string{c.Table.Head}, c.Table.Rows...) {
			lines = append(lines, strings.Join(row, " | "))
		}
	}
	for _, b := range c.Buttons {
		buttons = append(buttons, b.Label)
	}
	for _, in := range c.Inputs {
		inputs = append(inputs, in.Label)
	}
	return strings.Join(lines, "\n"), buttons, inputs
}

func TestPlatformPassesTheExam(t *testing.T) {
	for what, can := range map[string]bot.Abilities{"full": all(), "narrow": {}} {
		t.Run(what, func(t *testing.T) {
			bottest.ExamPlatform(t, func(t *testing.T) bottest.PlatformFixture {
				t.Helper()
				l := company(t, t.TempDir())
				if err := l.p.Switch(can); err != nil {
					t.Fatal(err)
				}
				return bottest.PlatformFixture{
					Platform: l.p, Screen: screen{l}, Person: "playground:p4", Chat: "playground:g1",
					Break: func(f bottest.Fault) {
						answer := map[bottest.Fault]string{bottest.None: answerOK, bottest.Gone: answerGone, bottest.Retry: answerRetry}[f]
						if err := l.p.Fault("p4", "", answer); err != nil {
							t.Error(err)
						}
					},
				}
			})
		})
	}
}
