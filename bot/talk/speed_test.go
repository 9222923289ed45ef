package talk

import (
	"fmt"
	"strings"
	"testing"
)

// many is a scene of 500 people and 40 commands of eight words, as the engine
// has them; the regular expressions of the other tests are left out.
func many() (*Reader, Scene) {
	all := commands()
	for i := len(all); i < 40; i++ {
		c := Command{Slots: all[i%20].Slots}
		for k := range 8 {
			c.Words = append(c.Words, fmt.Sprintf("%c%c%c", '一'+rune(i*97+k), '人'+rune(i*31+k), '天'+rune(k)))
		}
		all = append(all, c)
	}
	s := Scene{Number: func(w string) bool { return len(w) == 5 && w[2] == '-' }}
	s.Dates = func(text string) []Span {
		if i := strings.Index(text, "明天18:00"); i >= 0 {
			return []Span{{i, i + len("明天18:00")}}
		}
		return nil
	}
	for i := range 500 {
		s.People = append(s.People, Person{Token: fmt.Sprintf("@{p%d}", i+1), Name: fmt.Sprintf("%c%c%c", '丁'+rune(i%40), '伟'+rune(i), '杰'+rune(i/2)), Department: fmt.Sprintf("第%d部", i/20)})
	}
	return New(all), s
}

func BenchmarkRead(b *testing.B) {
	r, s := many()
	all := commands()
	asked := s
	asked.Asked, asked.Missing = &all[0], []string{"责任人", "截止", "优先", "交付"}
	for _, c := range []struct {
		name, text string
		scene      Scene
	}{
		{"labelled", "待办 @{p3} 交付接口文档v1 截止:明天18:00 优先:高 交付：文档v1，评审通过 配合:@{p3}、@{p4} 抄送：@{p5} ", s},
		{"plain", "待办：请" + s.People[499].Name + "明天18:00前交检测报告，抄送第3部，高", s},
		{"vague", "待办：大家尽快配合推进包装打样", s},
		{"number", "进度 01-17 60% 缺接口文档", s},
		{"answer", "对，" + s.People[499].Name + "，明天18:00，高，文档v1通过评审", asked},
		{"unknown", "今天的会议纪要大概什么时候能发出来呢", s},
		{"typo", "代办 @{p3} 交付接口文档v1", s},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Read(c.text, c.scene)
			}
		})
	}
}

// BenchmarkLong shows that the time grows as the text does.
func BenchmarkLong(b *testing.B) {
	r, s := many()
	for _, n := range []int{1000, 10_000, 100_000} {
		for name, text := range long(n) {
			b.Run(fmt.Sprintf("%s-%d", name, n), func(b *testing.B) {
				for b.Loop() {
					r.Read(text, s)
				}
			})
		}
	}
}

// long are texts of about n bytes that could tempt a reader to look again and
// again.
func long(n int) map[string]string {
	out := map[string]string{}
	for name, part := range map[string]string{
		"plain": "写接口文档。", "marks": "“", "closed": "“a", "labels": "截止:高，", "colons": ":", "tokens": "@{p3}", "mentions": "@",
		"dates": "明天18:00，", "numbers": "01-17 ", "digits": "1", "lists": "抄送 ", "names": "和与及", "choices": "高，的", "vague": "尽快的", "spaces": " x", "dashes": "-",
	} {
		out[name] = "待办 " + strings.Repeat(part, n/len(part))
	}
	return out
}

// TestLongTextsAreReadInOneGo compares how often the text is asked about, not
// the time: the functions of the scene see each part a bounded number of times.
func TestLongTextsAreReadInOneGo(t *testing.T) {
	r, s := many()
	for name, text := range long(20_000) {
		asked, bytes := 0, 0
		s.Dates = func(text string) []Span { bytes += len(text); return everyDate(text) }
		s.Number = func(w string) bool { asked++; bytes += len(w); return false }
		for _, scene := range []Scene{s, withAsked(s)} {
			asked, bytes = 0, 0
			said := r.Read(text, scene)
			if said.Command != "待办" {
				t.Errorf("%s: %q", name, said.Command)
			}
			if asked > len(text) || bytes > 20*len(text) {
				t.Errorf("%s: %d words and %d bytes of %d were asked about", name, asked, bytes, len(text))
			}
		}
	}
}

func withAsked(s Scene) Scene {
	all := commands()
	s.Asked, s.Missing = &all[0], []string{"责任人", "截止", "交付"}
	return s
}

func everyDate(text string) (out []Span) {
	const date = "明天18:00"
	for at := 0; ; {
		i := strings.Index(text[at:], date)
		if i < 0 {
			return out
		}
		out = append(out, Span{at + i, at + i + len(date)})
		at += i + len(date)
	}
}
