package command

import (
	"reflect"
	"strings"
	"testing"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// TestNew: an engine takes what this package offers; it panics on mistakes.
func TestNew(t *testing.T) {
	w := newWorld(t)
	bot.New(w.store, bot.Options{
		Commands: All(), Faces: Faces(), Jobs: Jobs(workday.DefaultHours()), Words: Words(), Calendar: workday.Calendar{},
		Platforms: []bot.Platform{bottest.NewFake("fake", bottest.Full())},
	})
}

func TestHelp_EveryCommandHasAGroupAndASummary(t *testing.T) {
	groups := []string{headPlan, headLive, headPaper, headHandOut, headWork, headFinish, headQuery, headAdmin, headShort}
	last, all := 0, map[string]bool{}
	for _, c := range All() {
		all[c.Name] = true
		i := -1
		for j, g := range groups {
			if g == c.Group {
				i = j
			}
		}
		if i < 0 || c.Summary == "" {
			t.Errorf("command %s: group %q, summary %q", c.Name, c.Group, c.Summary)
		}
		if i < last {
			t.Errorf("command %s of %s stands behind a later group", c.Name, c.Group)
		}
		last = max(last, i)
		if m := narrow.FindString(c.Summary); m != "" {
			t.Errorf("command %s: half-width mark in %q", c.Name, c.Summary)
		}
	}
	for name := range examples() {
		if !all[name] {
			t.Errorf("an example of %s, which is no command", name)
		}
	}
}

func TestHelp_ComesFromTheCommands(t *testing.T) {
	w := newWorld(t)
	hh := &help{all: All()}
	r := w.must(zhou, on(hh.show, helpArgs{}))
	for _, c := range All() {
		if !strings.Contains(r.Text, "【"+c.Group+"】") || !strings.Contains(r.Text, c.Name) {
			t.Errorf("帮助 does not name %s of %s", c.Name, c.Group)
		}
		group := w.must(zhou, on(hh.show, helpArgs{Word: c.Group}))
		if !strings.Contains(group.Text, c.Name+"："+c.Summary) {
			t.Errorf("帮助 %s does not name %s", c.Group, c.Name)
		}
		one := w.must(zhou, on(hh.show, helpArgs{Word: c.Name}))
		if !strings.Contains(one.Text, c.Usage()) {
			t.Errorf("帮助 %s says: %s", c.Name, one.Text)
		}
	}
	if r := w.must(zhou, on(hh.show, helpArgs{Word: "天气"})); !strings.Contains(r.Text, "没有“天气”") {
		t.Errorf("help on an unknown word: %s", r.Text)
	}
}

// TestWords_AreSet: every sentence is there and says something, politely and
// with Chinese marks.
func TestWords_AreSet(t *testing.T) {
	v := reflect.ValueOf(Words())
	for i := range v.NumField() {
		name, f := v.Type().Field(i).Name, v.Field(i)
		if f.IsNil() {
			t.Errorf("%s is not set", name)
			continue
		}
		args := make([]reflect.Value, f.Type().NumIn())
		for j := range args {
			args[j] = sample(f.Type().In(j))
		}
		out := f.Call(args)[0]
		if out.Kind() != reflect.String {
			continue
		}
		if out.String() == "" || narrow.MatchString(out.String()) {
			t.Errorf("%s says %q", name, out.String())
		}
	}
}

func sample(t reflect.Type) reflect.Value {
	switch t {
	case reflect.TypeFor[string]():
		return reflect.ValueOf("待办")
	case reflect.TypeFor[[]string]():
		return reflect.ValueOf([]string{"待办", "进度"})
	case reflect.TypeFor[*meeting.Task]():
		return reflect.ValueOf(&meeting.Task{No: "T-20260812-00-01", Description: "完成A方案技术文档"})
	}
	return reflect.Zero(t)
}

func TestWords_Unknown(t *testing.T) {
	for _, tt := range []struct {
		typed string
		near  []string
		want  string
	}{
		{"待班", []string{"待办", "进度"}, "没看懂“待班”，您是不是想：待办、进度？发“帮助”看全部。"},
		{"天气", nil, "没看懂“天气”。发“帮助”看我能做什么。"},
		{strings.Repeat("长", 30), nil, "没看懂“" + strings.Repeat("长", 19) + "…”。发“帮助”看我能做什么。"},
	} {
		if got := Words().Unknown(tt.typed, tt.near); got != tt.want {
			t.Errorf("%s: %s", tt.typed, got)
		}
	}
}

// TestWords_EveryNoticeHasItsReason: whatever a task may say, 预演 and 送达 name
// why.
func TestWords_EveryNoticeHasItsReason(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range situations() {
		w := newWorld(t)
		s.make(w)
		due, _ := w.task().Notices(w.cal, w.now.AddDate(-1, 0, 0), w.now.AddDate(1, 0, 0))
		for _, n := range due {
			seen[n.Kind+" "+n.Step] = true
			if whyNotice(n) == "到了提醒的时间" {
				t.Errorf("%s %s has no reason", n.Kind, n.Step)
			}
			known := false
			for _, f := range Faces() {
				known = known || f.Name == n.Face
			}
			if !known {
				t.Errorf("%s %s is said by the face %q, which is none", n.Kind, n.Step, n.Face)
			}
		}
	}
	if len(seen) < 12 {
		t.Errorf("only %d kinds of notice were met: %v", len(seen), seen)
	}
}

func TestWords_DropsOnlyWholeWords(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  bool
	}{{"不记了", true}, {"算了。", true}, {" 取消 ", true}, {"取消待办", false}, {"算了吧我再想想", false}, {"", false}} {
		if got := Words().Drops(tt.typed); got != tt.want {
			t.Errorf("%q gives the question up: %v", tt.typed, got)
		}
	}
}
