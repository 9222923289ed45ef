package feishu

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
)

// sample is one of the sample cards on the wire.
func sample(t *testing.T, name string) (card.Card, feishutest.Message) {
	t.Helper()
	for _, s := range bottest.SampleCards(Name) {
		if s.Name == name {
			return s.Card, onScreen(drawn(t, s.Card, s.People, s.Private))
		}
	}
	t.Fatalf("no sample %s", name)
	return card.Card{}, feishutest.Message{}
}

// buttons are the button objects of a card, in its order.
func buttons(t *testing.T, content string) (out []tappedAction) {
	t.Helper()
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if v["tag"] == "button" {
				value := v["behaviors"].([]any)[0].(map[string]any)["value"] //nolint:forcetypeassert // the card is valid
				name, _ := v["name"].(string)
				out = append(out, tappedAction{Value: toJSON(value), Name: name})
			}
			walk(v["elements"])
			walk(v["columns"])
		}
	}
	var root map[string]any
	if err := json.Unmarshal([]byte(content), &root); err != nil {
		t.Fatal(err)
	}
	walk(root["body"])
	return out
}

// A button on the wire is the action that it was drawn for; of a form it is so
// too when a client leaves the value out.
func TestTapsAreTheActionsOfTheButtons(t *testing.T) {
	for _, s := range bottest.SampleCards(Name) {
		var want []card.Button
		for _, b := range s.Card.Buttons {
			if b.Submit && len(s.Card.Inputs) > 0 {
				want = append(want, b)
			}
		}
		for _, b := range s.Card.Buttons {
			if !b.Submit || len(s.Card.Inputs) == 0 {
				want = append(want, b)
			}
		}
		for i, b := range buttons(t, string(drawn(t, s.Card, s.People, s.Private))) {
			wanted := route{routeVersion, want[i].Do.Command, want[i].Do.Args, want[i].Do.Seen, s.Private, ""}
			wanted.Mark = wanted.mark(nil)
			taps := []tappedAction{b}
			if b.Name != "" {
				taps = append(taps, tappedAction{Name: b.Name}, tappedAction{Name: b.Name, Value: json.RawMessage("null")})
			}
			for _, tap := range taps {
				got, _, err := decodeTap(tap)
				if diff := cmp.Diff(wanted, got); err != nil || diff != "" {
					t.Errorf("%s, button %d, value %s: %v %s", s.Name, i+1, tap.Value, err, diff)
				}
			}
		}
	}
}

func TestForeignButtonsAreErrors(t *testing.T) {
	for _, tap := range []tappedAction{
		{}, {Value: json.RawMessage(`{}`)}, {Value: json.RawMessage(`"完成"`)}, {Value: json.RawMessage(`{"h":2,"c":"完成"}`)},
		{Value: json.RawMessage(`{"h":"1"}`)}, {Value: json.RawMessage(`[`)}, {Name: "submit"}, {Name: "b1."}, {Name: "b1.e30"}, {Name: "b1.%%"},
	} {
		if got, _, err := decodeTap(tap); err == nil {
			t.Errorf("value %s, name %q: %+v", tap.Value, tap.Name, got)
		}
	}
}

// Form values in all documented shapes, and in none.
func TestFormValues(t *testing.T) {
	for _, test := range []struct {
		kind, raw string
		want      []string
	}{
		{nameText, `"写文档"`, []string{"写文档"}},
		{nameText, `"第一行\n第二行"`, []string{"第一行\n第二行"}},
		{nameText, `["高","低"]`, []string{"高", "低"}},
		{nameText, `""`, nil}, {nameText, `"  "`, nil}, {nameText, `null`, nil}, {nameText, `[]`, nil}, {nameText, `{}`, nil}, {nameText, `5`, nil},
		{nameText, `true`, []string{"true"}}, {nameText, `false`, []string{"false"}}, {nameText, `"true"`, []string{"true"}},
		{nameText, `"feishu:ou_zhou"`, []string{" feishu:ou_zhou"}}, // typed: words, not somebody
		{nameText, `"@{p3}"`, []string{"@{p3}"}},                    // an option of people without accounts
		{nameDate, `"2026-08-12 +0800"`, []string{"2026-08-12"}},
		{nameDate, `"2026-08-12 -0500"`, []string{"2026-08-12"}},
		{nameDate, `"14:00 +0800"`, []string{"14:00"}},
		{nameDate, `"2026-08-12 14:00 +0800"`, []string{"2026-08-12 14:00"}},
		{nameDate, `"2026-08-12 08:30 +0100"`, []string{"2026-08-12 15:30"}},
		{nameDate, `"2026-08-12 20:00 -0400"`, []string{"2026-08-13 08:00"}},
		{nameDate, `"2026-08-12 14:00"`, []string{"2026-08-12 14:00"}},
		{nameDate, `"明天"`, []string{"明天"}},
		{namePerson, `"ou_zhou"`, []string{"feishu:ou_zhou"}},
		{namePerson, `["ou_zhou","ou_lin"]`, []string{"feishu:ou_zhou", "feishu:ou_lin"}},
		{namePerson, `"ou_zhou ou_lin"`, []string{"ou_zhou ou_lin"}},
	} {
		form := map[string]json.RawMessage{wireName(test.kind, "名"): json.RawMessage(test.raw), "别的": json.RawMessage(`"x"`)}
		_, got, err := decodeTap(tappedAction{Value: json.RawMessage(`{"h":1,"c":"x"}`), FormValue: form})
		want := map[string][]string{}
		if test.want != nil {
			want["名"] = test.want
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s %s: %v %s", test.kind, test.raw, err, diff)
		}
	}
}

// Each input of a form comes back under its own name.
func TestFormsComeBackUnderTheirNames(t *testing.T) {
	c, m := sample(t, "form_private")
	form, want := map[string]json.RawMessage{}, map[string][]string{}
	for _, in := range m.Inputs() {
		kind, name, ok := ourName(in.Name)
		if !ok || form[in.Name] != nil {
			t.Fatalf("wire name %q", in.Name)
		}
		form[in.Name], want[name] = json.RawMessage(`"x"`), []string{"x"}
		if date := strings.Contains(in.Tag, "date") || strings.Contains(in.Tag, "time"); date != (kind == nameDate) {
			t.Errorf("%s is named %s", in.Tag, in.Name)
		}
	}
	for _, in := range c.Inputs {
		if in.Kind != card.KindFile && want[in.Name] == nil {
			t.Errorf("no input %s", in.Name)
		}
	}
	_, got, err := decodeTap(tappedAction{Value: json.RawMessage(`{"h":1,"c":"x"}`), FormValue: form})
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestFormsAreBounded(t *testing.T) {
	many := map[string]json.RawMessage{}
	for i := range mostFields + 1 {
		many[wireName(nameText, strings.Repeat("x", i+1))] = json.RawMessage(`"x"`)
	}
	if _, _, err := decodeTap(tappedAction{Value: json.RawMessage(`{"h":1,"c":"x"}`), FormValue: many}); err == nil {
		t.Error("any number of fields is read")
	}
	list := json.RawMessage("[" + strings.Repeat(`"x",`, mostValues) + `"x"]`)
	if got := readValues(nameText, list); len(got) != mostValues {
		t.Errorf("%d values", len(got))
	}
}

// FuzzTap: whatever somebody sends, it is read or refused.
func FuzzTap(f *testing.F) {
	f.Add(`{"h":1,"c":"完成","a":{"编号":"42"}}`, "b1.eyJoIjoxfQ", "f_5o-P6L-w", `"x"`)
	f.Add(`null`, "b1", "d_5o-P6L-w", `["2026-08-12 14:00 +0800"]`)
	f.Add(``, "", "p_5o-P6L-w", `"ou_1"`)
	f.Fuzz(func(t *testing.T, value, name, field, raw string) {
		_, form, err := decodeTap(tappedAction{
			Value: json.RawMessage(value), Name: name, FormValue: map[string]json.RawMessage{field: json.RawMessage(raw)},
		})
		if err != nil && form != nil {
			t.Error("a form beside an error")
		}
		for _, values := range form {
			for _, v := range values {
				if strings.TrimSpace(v) == "" {
					t.Errorf("an empty value of %q", raw)
				}
				if strings.HasPrefix(v, Name+":") && openID(bot.Shown{Account: bot.Account(v)}) == "" {
					t.Errorf("account %q", v)
				}
			}
		}
	})
}
