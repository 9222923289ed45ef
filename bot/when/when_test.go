package when_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huiban/bot/when"
	"huiban/bot/workday"
)

var update = flag.Bool("update", false, "write the golden file anew") //nolint:gochecknoglobals // flags are

func calendar() workday.Calendar { return workday.New(workday.DefaultHours(), workday.Official()...) }

func at(tb testing.TB, s string) time.Time {
	tb.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", s, workday.Zone)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// shown is a reading in a line: what it covers, what it means, ! if an hour was
// said, ? with the choices if somebody has to choose.
func shown(text string, r when.Reading) string {
	s := "[" + text[r.Start:r.End] + "] "
	if r.At.IsZero() {
		return s + "no such day"
	}
	s += r.At.Format("2006-01-02 15:04")
	if r.HourSaid {
		s += "!"
	}
	if r.Unsure {
		s += "?"
		for _, c := range r.Choices {
			s += " " + c.Format("01-02")
		}
	}
	return s
}

// TestR37_Phrases holds testdata/phrases.txt: now, what is said, and behind a
// tab what is read in it.
func TestR37_Phrases(t *testing.T) {
	const file = "testdata/phrases.txt"
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	rows := 0
	for line := range strings.Lines(string(golden)) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		var read []string
		for _, r := range when.Find(cells[1], at(t, cells[0]), calendar()) {
			read = append(read, shown(cells[1], r))
		}
		fmt.Fprintln(&got, strings.TrimRight(strings.Join(append(cells[:2:2], strings.Join(read, "; ")), "\t"), "\t"))
		rows++
	}
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(golden), got.String()); diff != "" && !*update {
		t.Errorf("-golden +read:\n%s", diff)
	}
	if rows < 150 {
		t.Errorf("only %d rows", rows)
	}
}

// TestR37_TheMethodsOwnDates are written out in method.md 2.3 and section 5.
func TestR37_TheMethodsOwnDates(t *testing.T) {
	for _, c := range []struct{ now, said, want string }{
		{"2026-09-29 10:00", "3个工作日内", "2026-10-09 17:00"},
		{"2026-09-30 10:00", "3个工作日内", "2026-10-10 17:00"},
		{"2026-10-12 10:00", "周五前", "2026-10-16 17:00"},
		{"2026-09-24 10:00", "10月15日前", "2026-10-15 17:00"},
		{"2026-08-12 14:30", "3个工作日内", "2026-08-17 17:00"},
		{"2026-08-12 14:30", "18号下班前可以", "2026-08-18 18:00"},
		{"2026-08-17 09:00", "月底前", "2026-08-31 17:00"},
		{"2026-08-12 15:00", "19号前", "2026-08-19 17:00"},
		{"2026-09-24 10:00", "国庆后第一个工作日下班前", "2026-10-08 18:00"},
		{"2026-09-20 10:00", "下周五", "2026-09-25 17:00"},
	} {
		r, ok := when.Parse(c.said, at(t, c.now), calendar())
		if !ok || !r.At.Equal(at(t, c.want)) {
			t.Errorf("%s at %s: %s (%t), want %s", c.said, c.now, r.At, ok, c.want)
		}
	}
}

// TestParse_IsTheWholeText: filler may stand around a date, nothing else.
func TestParse_IsTheWholeText(t *testing.T) {
	now := at(t, "2026-08-12 13:55")
	for _, s := range []string{"请在周四前", "截止：8月17号吧", "8月17日（周一）17:00 前，可以", " 明天 "} {
		if _, ok := when.Parse(s, now, calendar()); !ok {
			t.Errorf("%q is not read", s)
		}
	}
	for _, s := range []string{"", "尽快", "周四前给王工", "周四左右", "17:00或18日", "8月17日25:00", "周三、周五", "完成文档", "3号会议室"} {
		if r, ok := when.Parse(s, now, calendar()); ok {
			t.Errorf("%q is read as %s", s, r.At)
		}
	}
}

func TestHoursAreTheOrganisations(t *testing.T) {
	h := workday.DefaultHours()
	h.DefaultDue, h.OffWork, h.Noon = 16*60+30, 17*60+30, 11*60+45
	cal := workday.New(h, workday.Official()...)
	now := at(t, "2026-08-12 08:00")
	for said, want := range map[string]string{"周四": "2026-08-13 16:30", "周四下班前": "2026-08-13 17:30", "中午前": "2026-08-12 11:45"} {
		if r, _ := when.Parse(said, now, cal); !r.At.Equal(at(t, want)) {
			t.Errorf("%s: %s, want %s", said, r.At, want)
		}
	}
}

// TestR90_HolidaysOfAYearNotLoadedAreNotGuessed.
func TestR90_HolidaysOfAYearNotLoadedAreNotGuessed(t *testing.T) {
	if got := when.Find("春节后给", at(t, "2027-01-10 10:00"), calendar()); got != nil {
		t.Errorf("read %v", got)
	}
}

// TestWrittenMomentsAreReadBack: whatever the bot shows can be typed.
func TestWrittenMomentsAreReadBack(t *testing.T) {
	now := at(t, "2026-08-12 13:55")
	week := []rune("日一二三四五六")
	rapid.Check(t, func(r *rapid.T) {
		m := now.Add(time.Duration(rapid.IntRange(1, 180*24*60).Draw(r, "minutes")) * time.Minute)
		for _, s := range []string{
			m.Format("2006-01-02 15:04"), m.Format("2006年1月2日15:04"), m.Format("2006/1/2 15:04"), m.Format("2006-01-02 15:04:05"),
			fmt.Sprintf("%d月%d日（周%c）%s前", m.Month(), m.Day(), week[m.Weekday()], m.Format("15:04")),
		} {
			if m.Year() != now.Year() && strings.HasPrefix(s, fmt.Sprint(int(m.Month()), "月")) {
				continue
			}
			got, ok := when.Parse(s, now, calendar())
			if !ok || !got.At.Equal(m) || !got.HourSaid {
				r.Errorf("%q is read as %s (%t), want %s", s, got.At, ok, m)
			}
		}
	})
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"明天18:00", "a\xff8月17日", "２０２６－０８－１７", strings.Repeat("1-", 40), "半个", "下下下周五", "十十十号", "国庆后第一个"} {
		f.Add(s)
	}
	now := at(f, "2026-08-12 13:55")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, r := range when.Find(text, now, calendar()) {
			if r.Start < end || r.End <= r.Start || r.End > len(text) {
				t.Fatalf("%q: %d–%d overlaps or lies outside", text, r.Start, r.End)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[r.Start:r.End]) {
				t.Fatalf("%q: %q cuts a rune", text, text[r.Start:r.End])
			}
			if r.Unsure == (len(r.Choices) == 0) && !r.At.IsZero() {
				t.Fatalf("%q: unsure %t with %d choices", text, r.Unsure, len(r.Choices))
			}
			end = r.End
		}
		when.Parse(text, now, calendar())
	})
}

func BenchmarkFind(b *testing.B) {
	now, cal := at(b, "2026-08-12 13:55"), calendar()
	for b.Loop() {
		when.Find("待办：请研发工程师配合市场部完成A方案技术文档v1，下周五17:00前，国庆后第一个工作日复核", now, cal)
	}
}

func BenchmarkFindInHundredKilobytes(b *testing.B) {
	now, cal, text := at(b, "2026-08-12 13:55"), calendar(), strings.Repeat("8月17日", 100_000/len("8月17日"))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		when.Find(text, now, cal)
	}
}
