package bottest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huiban/bot"
	"huiban/bot/workday"
)

// ScriptOptions are what the engine of a transcript can do.
type ScriptOptions struct {
	Commands []bot.Command
	Faces    []bot.FaceDef
	Jobs     []bot.Job // Specs may have stars, numbers, lists and ranges
	Papers   []bot.PaperDef
	Words    bot.Words
	Calendar workday.Calendar
	// Platforms are those to play on: full, narrow. Nil is both.
	Platforms []string
}

// Transcripts plays every *.txt of a folder, each on every platform, and
// compares what people see. The file itself is what the full platform shows;
// the same steps on the narrow one are in the folder narrow beside it. With
// -update both are written anew: the indented lines are output, all others are
// written by hand and stay.
//
//	# A comment.
//	now 2026-08-10 09:00
//	people
//		产品经理 产品部 经理 leader=总监 admin
//		总监 产品部 总监
//	group 产品群: 产品经理, 总监
//
//	产品群 产品经理: 待办 @总监 看方案 截止:明天18:00
//		产品群 ← 【待办】看方案 | 责任人：@总监       sent: a line, then what is below
//			[确认] {改到: datetime}                  buttons and inputs
//	总监: 确认                                       privately
//	总监 replies: 确认                               to the last card there
//	产品群 总监 replies: 确认
//	总监 taps 确认                                   a button of the last private card that has it
//	总监 taps 确认 in 产品群
//	总监 taps old 确认                               as it looked before, on a screen left open
//	总监 taps 提交 改到=2026-08-18 18:00 理由=太忙   with the form filled in
//		总监 ! 已确认                                toast
//		产品群 ~ 【待办】看方案                      edited
//	again                                            the last delivery comes once more
//	later 2h                                         also 3d, 1h30m: what is due happens on the way
//		@ 2026-08-10 10:00                           when it does
//		总监 … 2026-08-11 08:30 催办（夜间）         held back until then
//		总监 / 催办（已完成）                        not said after all
//		总监 × gone                                  refused by the platform
//	until 2026-08-18 09:00
//	next                                             on to whatever is due next
//	file 方案.docx 内容                              goes with the next line or tap
//	fault 总监 gone                                  also retry, busy, timeout, stale, ok; or a group
//	habits life=13d crowded files                    of the platform (Habits); also
//	habits answers loose thrifty keyless pace=30s
//	leaves 总监
//	bot added 产品群 总监                            also bot removed 产品群, bot gone 产品群
//	opens 总监                                       the private chat
//	menu 总监 我的待办                               an entry of the bot's menu
//	beside full                                      another platform: 对岸总监 and 对岸群 are there
//	narrow 总监: 改期 明天18:00                      a step for one platform only
//
// Names have no spaces; \n in what is said breaks a line.
func Transcripts(t *testing.T, dir string, o ScriptOptions) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts in %s: %v", dir, err)
	}
	platforms := map[string]bot.Abilities{"full": Full(), "narrow": Narrow()}
	names := o.Platforms
	if names == nil {
		names = []string{"full", "narrow"}
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txt")+"/"+name, func(t *testing.T) {
				can, ok := platforms[name]
				if !ok {
					t.Fatalf("no platform is called %s", name)
				}
				golden := path
				if name != "full" {
					golden = filepath.Join(dir, name, filepath.Base(path))
				}
				if got := play(t, string(text), NewFake(name, can), o); !t.Failed() {
					Golden(t, golden, got)
				}
			})
		}
	}
}

// A step is one line of a script that is not output.
type step struct {
	line  int
	text  string
	block []string // the indented lines of people
}

func steps(script string) []step {
	var out []step
	for i, text := range strings.Split(strings.TrimRight(script, "\n"), "\n") {
		switch {
		case !strings.HasPrefix(text, "\t"):
			out = append(out, step{line: i + 1, text: strings.TrimRight(text, " \r")})
		case len(out) > 0 && out[len(out)-1].text == "people":
			last := &out[len(out)-1]
			last.block = append(last.block, text)
		}
	}
	return out
}

// Script plays the steps of a transcript on the full platform and returns the
// store as they leave it, for what no card shows.
func Script(t *testing.T, text string, o ScriptOptions) *Memory {
	t.Helper()
	s := newStage(t, NewFake("full", Full()), o)
	s.run(text)
	return s.store
}

// play runs a script and returns it with its output.
func play(t *testing.T, script string, f *Fake, o ScriptOptions) string {
	t.Helper()
	s := newStage(t, f, o)
	s.run(script)
	return strings.Join(s.out, "\n") + "\n"
}

func (s *stage) run(script string) {
	s.Helper()
	for _, step := range steps(script) {
		s.line = step.line
		s.out = append(s.out, step.text)
		s.out = append(s.out, step.block...)
		s.do(step)
	}
}
