package playground

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/paper"
)

// An example is a command of docs/playground-api.md and the answer shown below it.
type example struct {
	method, path, contentType, body string
	answer                          string
}

var block = regexp.MustCompile("(?s)```(sh|json)\n(.*?)```")

// examples reads the documentation's curl commands.
func examples(t *testing.T) []example {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "playground-api.md"))
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for _, b := range block.FindAllStringSubmatch(string(doc), -1) {
		switch {
		case b[1] == "sh" && strings.Contains(b[2], "curl"):
			for command := range strings.SplitSeq(strings.TrimSpace(b[2]), "\ncurl") {
				out = append(out, curl(t, command))
			}
		case b[1] == "json" && len(out) > 0 && out[len(out)-1].answer == "":
			out[len(out)-1].answer = b[2]
		}
	}
	return out
}

// words are a shell line's, quotes taken off.
func words(line string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?s)'([^']*)'|"([^"]*)"|(\S+)`).FindAllStringSubmatch(line, -1) {
		out = append(out, m[1]+m[2]+m[3])
	}
	return out
}

func curl(t *testing.T, line string) example {
	t.Helper()
	x := example{method: http.MethodGet}
	list := words(line)
	for i := 0; i < len(list); i++ {
		switch w := list[i]; {
		case w == "-X":
			i++
			x.method = list[i]
		case w == "-H":
			i++
			_, x.contentType, _ = strings.Cut(list[i], ": ")
		case w == "-d", w == "--data-binary":
			i++
			x.method, x.body = http.MethodPost, list[i]
		case strings.HasPrefix(w, "$A"):
			x.path = strings.TrimPrefix(w, "$A")
		}
	}
	if x.path == "" {
		t.Fatalf("no address in %q", line)
	}
	return x
}

// shape is the kind of every part of a JSON value by its path; list elements
// share one path.
func shape(path string, v any, out map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		out[path] = "object"
		for k, e := range v {
			shape(path+"."+k, e, out)
		}
	case []any:
		out[path] = "list"
		for _, e := range v {
			shape(path+"[]", e, out)
		}
	case nil:
	default:
		out[path] = fmt.Sprintf("%T", v)
	}
}

func shapeOf(t *testing.T, raw string) map[string]string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	out := map[string]string{}
	shape("", v, out)
	return out
}

// meadow is the company that the documentation's examples are about.
func meadow(t *testing.T) *lab {
	t.Helper()
	l := open(t, "")
	for _, n := range []string{"周敏", "林晓", "陈立", "许哲", "赵倩", "马强", "王静", "王伟", "孙蕾", "高远", "何佳"} {
		if _, err := l.p.SavePerson(t.Context(), Person{Name: n, Department: "产品部", Title: "职务", Active: true}); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []string{"新品A项目群", "客诉处理群"} {
		if _, err := l.p.SaveChat(Chat{Name: n, Members: []string{"周敏", "许哲"}}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 7 {
		if _, err := l.p.Say(t.Context(), Line{Chat: "g1", User: "p1", Text: fmt.Sprint("第", i+1, "句")}); err != nil {
			t.Fatal(err)
		}
	}
	send := func(o bot.Out) error {
		o.UUID = bot.Post{Key: o.Text + fmt.Sprint(o.Card)}.SendUUID()
		_, err := l.p.Send(context.Background(), o)
		return err
	}
	l.in.say = func(bot.Message) error {
		return send(bot.Out{Account: "playground:p4", Card: &card.Card{Title: "请确认这项待办", Tone: card.Blue, Buttons: []card.Button{{ID: "确认", Label: "确认"}}}})
	}
	l.in.answer = func(tap bot.Tap) (bot.Answer, error) {
		if tap.Form != nil {
			return bot.Answer{Toast: "已交办。"}, nil
		}
		err := send(bot.Out{Chat: "playground:g1", Text: "许哲已确认。"})
		return bot.Answer{Toast: "已确认。", Card: &card.Card{Title: "已确认", Tone: card.Green}}, err
	}
	l.world.next = func(string) ([]bot.HeldBack, error) {
		l.world.set(wednesday().AddDate(0, 0, 2))
		return []bot.HeldBack{{At: wednesday(), To: bot.To{Person: 104}, What: "还有2小时", Why: "夜间不打扰"}},
			send(bot.Out{Account: "playground:p4", Text: "今天的待办", Why: "到期前1个工作日"})
	}
	l.world.guide = &Guide{Current: "a", Steps: []Step{{
		ID: "a", Do: "交办", Why: "缺一样都会问", Input: "待办", Chat: "g1", User: "p1",
		Jump: []Jump{{Label: "24分钟", Advance: "24m"}, {Label: "到意见截止", To: "feedback"}},
	}}}
	l.paper = func(bot.Account, string, int64) (paper.Doc, error) {
		return paper.Doc{Title: "评审会会议纪要"}, nil
	}
	l.world.reset = func(bool) error { return l.p.Wipe() }
	return l
}

func TestDocumentedExamplesDoWhatTheySay(t *testing.T) {
	l := meadow(t)
	for _, file := range []string{"a", "b", "c", "d", "e", "f"} { // the example's is the seventh
		if _, err := l.p.Upload(t.Context(), file, strings.NewReader(file)); err != nil {
			t.Fatal(err)
		}
	}
	list := examples(t)
	if len(list) < 14 {
		t.Fatalf("%d examples", len(list))
	}
	reset := slices.IndexFunc(list, func(x example) bool { return x.path == "/api/reset" })
	list = append(slices.Delete(slices.Clone(list), reset, reset+1), list[reset]) // it would end the others
	for _, x := range list {
		if x.path == "/api/events" {
			continue // TestOpenPagesAreTold
		}
		if strings.Contains(x.body, `"m12"`) { // a form that has come meanwhile
			m := l.send(bot.Out{UUID: "form", Account: "playground:p1", Card: documentedForm()})
			x.body = strings.Replace(x.body, `"message":"m12","seq":12`, fmt.Sprintf(`"message":%q,"seq":%d`, m.ID, m.Seq), 1)
		}
		rec := l.ask(x.method, x.path, map[string]string{"Content-Type": x.contentType}, x.body)
		if rec.Code != http.StatusOK {
			t.Errorf("%s %s %s: %d %s", x.method, x.path, x.body, rec.Code, rec.Body)
			continue
		}
		if x.answer != "" {
			compare(t, x, rec.Body.String())
		}
	}
}

// compare wants in the answer all that is documented, and nothing else.
func compare(t *testing.T, x example, raw string) {
	t.Helper()
	want, got := shapeOf(t, x.answer), shapeOf(t, raw)
	for path, kind := range want {
		inside, _, _ := strings.Cut(path, ".card.")
		if path == ".messages[].card.buttons" || inside != path {
			continue // cards differ
		}
		if got[path] != kind {
			t.Errorf("%s: %s is %q, documented as %q: %s", x.path, path, got[path], kind, raw)
		}
	}
	for path := range got {
		if _, ok := want[path]; !ok && !strings.HasPrefix(path, ".messages[].card") && path != ".messages[].why" {
			t.Errorf("%s answers with %s, which is not documented", x.path, path)
		}
	}
}

func documentedForm() *card.Card {
	return &card.Card{
		Title: "还差几项，填好就能交办",
		Inputs: []card.Input{
			{Name: "owner", Label: "由谁牵头", Kind: card.KindPerson, Options: []card.Option{{Value: "@{p104}", Label: "许哲（产品部）"}}},
			{Name: "due", Label: "哪天交", Kind: card.KindDateTime},
			{Name: "note", Label: "备注", Kind: card.KindText},
		},
		Buttons: []card.Button{{ID: "交办", Label: "交办", Submit: true}},
	}
}
