package main

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// a house of a few rules, the tests of some of them, and what only looks like a
// test of the others.
func house() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		".ci/rules.tsv": file("# comment\n\n" +
			"R1\tby its function\tfinished\nR2\tby a subtest\tfinished\nR3\tby a row\tfinished\nR4\tby what it expects\tfinished\n" +
			"R5\tby a transcript\tfinished\nR6\tby a range\tfinished\nR7\tby two at once\tfinished\nM8\tby what is heard\tfinished\n" +
			"草稿→已预通知\tmachine\tfinished\n已预通知→已取消\tin a comment\tfinished\nR9\tlater\topen\tall of it\n"),
		"bot/meeting/plan.go": file("package meeting\n\n// Plan is R1 (R2–R4).\n"),
		"bot/command/plan.go": file("package command\n\n// plan is R1.\n"),
		"bot/fill.go":         file("package bot\n\n// R1 too.\n"),
		"bot/meeting/plan_test.go": file(`package meeting
import "testing"
var moves = []struct{ name string }{{"新→草稿→已预通知"}}
func TestR1_Plan(t *testing.T) {
	t.Run("R2 a subtest", func(t *testing.T) { t.Fail() })
	for _, c := range []struct{ name, do string }{{name: "R3: a row"}, {do: "R99"}} { _ = c }
	refused(t, err, "R4")
	hear(t, "08-12 10:00 M8 2h p1")
}
// It is also 已预通知 → 已取消.
func TestR6R7_Both(t *testing.T) { t.Fail() }
`),
		"bot/testdata/transcripts/plan.txt": file("# R5–R6 and what follows\n周敏: 新建会议 R9\n"),
		".ci/bin/x_test.go":                 file("package x\nfunc TestR9_Elsewhere(t *T) { t.Fail() }\n"),
	}
}

// holesOf runs the table over a house and returns its last lines.
func holesOf(t *testing.T, tree fstest.MapFS) (int, string) {
	t.Helper()
	var out strings.Builder
	n, err := run(tree, &out)
	if err != nil {
		t.Fatal(err)
	}
	return n, out.String()
}

func TestTableOfAWholeHouse(t *testing.T) {
	n, out := holesOf(t, house())
	if n != 0 {
		t.Errorf("%d holes:\n%s", n, out)
	}
	for _, want := range [][]string{
		{"R1 ", "TestR1_Plan", "command/plan.go, meeting/plan.go, fill.go"},
		{"R2 ", "TestR1_Plan/R2 a subtest", "meeting/plan.go"},
		{"R3 ", "TestR1_Plan", "meeting/plan.go"},
		{"R6 ", "TestR6R7_Both, plan.txt"},
		{"草稿→已预通知", "plan_test.go moves"},
		{"R9 ", " – ", "all of it"}, // open, said in a transcript's step, tested where nobody looks
		{"已预通知→已取消", "TestR6R7_Both"},
		{"10 finished, 1 open, 0 holes"},
	} {
		i := slices.IndexFunc(strings.Split(out, "\n"), func(line string) bool { return strings.HasPrefix(line, want[0]) })
		if i < 0 {
			t.Errorf("no line begins with %q:\n%s", want[0], out)
			continue
		}
		for _, part := range want[1:] {
			if line := strings.Split(out, "\n")[i]; !strings.Contains(line, part) {
				t.Errorf("%q does not say %q", line, part)
			}
		}
	}
}

// TestHoles: what names a rule is taken away piece by piece, or only looks as
// if it tested something, and the rule shows as a hole.
func TestHoles(t *testing.T) {
	const tests, said = "bot/meeting/plan_test.go", "bot/testdata/transcripts/plan.txt"
	for _, c := range []struct{ file, old, fresh, hole string }{
		{tests, "func TestR1_", "func TestOf_", "R1 by its function"},
		{tests, "func TestR1_", "func checkR1_", "R1 by its function"},
		{tests, "R6R7_Both(t *testing.T) { t.Fail() }", "R6R7_Both(t *testing.T) {}", "R7 by two at once"},
		{tests, "R6R7_Both(t *testing.T) { t.Fail() }", `R6R7_Both(t *testing.T) { t.Skip("later") }`, "R7 by two at once"},
		{tests, "R2 a subtest", "a subtest of R2", "R2 by a subtest"},
		{tests, "R2 a subtest", "R20 a subtest", "R2 by a subtest"},
		{tests, "R3: a row", "a row", "R3 by a row"},
		{tests, `refused(t, err, "R4")`, `_ = Gap{Rule: "R4"}`, "R4 by what it expects"},
		{tests, " M8 ", " M80 ", "M8 by what is heard"},
		{tests, "新→草稿→已预通知", "新→草稿→已取消", "草稿→已预通知 machine"},
		{tests, "已预通知 → 已取消", "已取消", "已预通知→已取消 in a comment"},
		{said, "# R5–R6", "周敏: R5", "R5 by a transcript"},
		{tests, "R6R7_Both", "R6R7R98_Both", "TestR6R7R98_Both: there is no R98"},
	} {
		t.Run(c.fresh, func(t *testing.T) {
			tree := house()
			before := string(tree[c.file].Data)
			after := strings.Replace(before, c.old, c.fresh, 1)
			if after == before {
				t.Fatalf("%s does not say %q", c.file, c.old)
			}
			tree[c.file].Data = []byte(after)
			if n, out := holesOf(t, tree); n == 0 || !strings.Contains(out, "hole: "+c.hole) {
				t.Errorf("%d holes, want %q:\n%s", n, c.hole, out)
			}
		})
	}
}

func TestListOfRulesIsRead(t *testing.T) {
	for _, c := range []struct{ name, list, want string }{
		{"too little", "R1\tname", "line 1"},
		{"a slip", "R1\tname\tfinishd", "line 1"},
		{"twice", "R1\tname\topen\nR1\tname\topen", "line 2: R1 stands there twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := readRules(strings.NewReader(c.list)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	if _, err := run(fstest.MapFS{}, nil); err == nil {
		t.Error("no list, and no complaint")
	}
}

func TestPad(t *testing.T) {
	for in, want := range map[string]string{"ab": "ab  ", "会": "会  ", "：": "：  ", "长长长": "长长长"} {
		if got := pad(in, 4); got != want {
			t.Errorf("pad(%q) = %q", in, got)
		}
	}
}
