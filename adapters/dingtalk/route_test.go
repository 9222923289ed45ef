package dingtalk

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
)

func tapOf(route string) map[string]json.RawMessage {
	return map[string]json.RawMessage{fieldRoute: json.RawMessage(toJSON(route))}
}

// Everything that comes back from a client may have been changed.
func TestForgedTapsAreRefused(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, func(o *Options) { o.Template = ourTemplate })
	s := l.p.signer("card1", false)
	good := s.sign([]route{{Command: "确认"}})
	payload, mark, _ := strings.Cut(good, ".")
	stranger := signer{[]byte("another key"), "card1", s.templateOf, false}
	two := s.sign([]route{{Command: "确认"}, {Command: "异议"}})
	form := func(fields string) map[string]json.RawMessage {
		return map[string]json.RawMessage{"form": json.RawMessage(fields)}
	}
	for name, test := range map[string]struct {
		card   string
		params map[string]json.RawMessage
	}{
		"nothing":           {"card1", nil},
		"no route":          {"card1", map[string]json.RawMessage{"task": json.RawMessage("17")}},
		"a number":          {"card1", map[string]json.RawMessage{fieldRoute: json.RawMessage("17")}},
		"another card":      {"card2", tapOf(good)},
		"another key":       {"card1", tapOf(stranger.sign([]route{{Command: "确认"}}))},
		"no mark":           {"card1", tapOf(payload)},
		"another payload":   {"card1", tapOf("e30." + mark)},
		"nothing signed":    {"card1", tapOf(s.sign(nil))},
		"no base64":         {"card1", tapOf("!." + s.mark("!"))},
		"no JSON":           {"card1", tapOf("e3." + s.mark("e3"))},
		"form no object":    {"card1", form(`"x"`)},
		"which of two":      {"card1", form(`{"route":` + toJSON(two) + `}`)},
		"the third of two":  {"card1", form(`{"route":` + toJSON(two) + `,"which":"2"}`)},
		"the one before":    {"card1", form(`{"route":` + toJSON(two) + `,"which":{"index":0,"value":"-1"}}`)},
		"too many to count": {"card1", form(`{"route":` + toJSON(good) + strings.Join(many(90), "") + `}`)},
	} {
		if do, _, err := l.p.readTap([]string{"form"}, test.params, test.card); err == nil {
			t.Errorf("%s: %+v is taken", name, do)
		}
	}
	if do, _, err := l.p.readTap([]string{actionButton}, tapOf(good), "card1"); err != nil || do.Command != "确认" {
		t.Errorf("ours: %+v, %v", do, err)
	}
}

func many(n int) (out []string) {
	for _, name := range names(n) {
		out = append(out, `,"`+name+`":""`)
	}
	return out
}

func TestFormValuesInAllTheirShapes(t *testing.T) {
	for raw, want := range map[string][]string{
		`"好"`: {"好"}, `17`: {"17"}, `1.50`: {"1.50"}, `true`: {"true"}, `null`: nil, `" "`: nil, `["a","b"]`: {"a", "b"},
		`{"index":0,"value":"高"}`: {"高"}, `{"index":[1,2],"value":["2","3"]}`: {"2", "3"}, `{"x":1}`: nil, `[{}]`: nil, `no`: nil,
	} {
		if got := readValues(json.RawMessage(raw)); !slices.Equal(got, want) {
			t.Errorf("%s is %q, want %q", raw, got, want)
		}
	}
}

// What a person fills in comes to the engine by the names and in the values of the
// card; names that are typed stand beside, or instead of, those that were chosen.
func TestFormsComeBack(t *testing.T) {
	l := atLevel(t, 2, nil)
	l.run()
	i := slices.IndexFunc(bottest.SampleCards(Name), func(s bottest.Sample) bool { return s.Name == "form" })
	sample := bottest.SampleCards(Name)[i]
	_, m := l.send(bot.Out{UUID: "u", Chat: "dingtalk:" + team, Card: &sample.Card, People: sample.People})
	a, err := l.fake.TapButton(t.Context(), m.ID, xu, "提交", map[string]any{
		"描述": "dingtalk:zhou", "验收标准": "一\n二", "操作": "先存着", "责任人：或输入姓名": "王五", "协同人：或输入姓名": "赵六", "优先": "高", "保密": false,
	})
	if err != nil || !a.Heard {
		t.Fatalf("%+v, %v", a, err)
	}
	tap := l.in.taps[0]
	want := map[string][]string{
		"描述": {" dingtalk:zhou"}, "验收标准": {"一\n二"}, "天数": {"3"}, "日期": {"2026-08-14"}, "时间": {"14:00"}, "截止": {"2026-08-14 17:00"},
		"优先": {"高"}, "抄送": {"高", "低"}, "责任人": {"王五"}, "协同人": {"@{p3}", "赵六"}, "保密": {"false"},
	}
	if tap.Do.Command != "存草稿" || tap.Do.Args["draft"] != "9" || !reflect.DeepEqual(tap.Form, want) {
		t.Errorf("tap %+v\nform %q", tap.Do, tap.Form)
	}
	if text := m.Text(); !strings.Contains(text, "附件"+wordSendFile) {
		t.Errorf("no word about files in %s", text)
	}
	l.sound()
}

// The answer to a tap is the whole card, or a word at its foot, or nothing.
func TestFacesOfAnswers(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, func(o *Options) { o.Template, o.Variables = ourTemplate, Variables{Footer: "foot"} })
	word, err := l.p.faceOf(bot.Answer{Toast: "好"}, true, "u")
	if err != nil || !reflect.DeepEqual(word, map[string]string{"foot": "好"}) {
		t.Errorf("a word: %v, %v", word, err)
	}
	if none, err := l.p.faceOf(bot.Answer{}, true, "u"); err != nil || none != nil {
		t.Errorf("nothing: %v, %v", none, err)
	}
	whole, err := l.p.faceOf(bot.Answer{Toast: "✓", Card: &card.Card{Title: "题"}}, true, "u")
	if err != nil || len(whole) != 7 || whole["foot"] != "✓" || whole["has_form"] != "false" || whole["btns"] != "[]" {
		t.Errorf("a card: %v, %v", whole, err)
	}
}
