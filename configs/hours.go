package configs

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A TimeOfDay is a wall time, in minutes after midnight: 0 to 1439.
type TimeOfDay int

func at(hour, minute int) TimeOfDay { return TimeOfDay(hour*60 + minute) }

// Hour and Minute take the time apart, for time.Date.
func (t TimeOfDay) Hour() int { return int(t) / 60 }

// Minute returns the minutes after the full hour.
func (t TimeOfDay) Minute() int { return int(t) % 60 }

// String returns the form that is read: 09:00.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", t.Hour(), t.Minute()) }

// UnmarshalText reads 09:00 and 9:00, with a Chinese colon too.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	parsed, err := time.Parse("15:04", strings.ReplaceAll(strings.TrimSpace(string(text)), "：", ":"))
	if err != nil {
		return fmt.Errorf("“%s”不是时刻，请写成 09:00 的样子（00:00 到 23:59）", text)
	}
	*t = at(parsed.Hour(), parsed.Minute())
	return nil
}

// UnmarshalYAML is UnmarshalText with the line of the file. It looks at the
// scalar as written, because YAML 1.1 takes a bare 21:00 for a number.
func (t *TimeOfDay) UnmarshalYAML(node *yaml.Node) error { return scalar(node, t.UnmarshalText) }

// MarshalText writes the form that is read.
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// A Span is a part of the day, From included and To not. It passes midnight
// if To is before From.
type Span struct{ From, To TimeOfDay }

// String returns the form that is read: 21:00-08:30.
func (s Span) String() string { return s.From.String() + "-" + s.To.String() }

// Holds reports whether t lies in the span.
func (s Span) Holds(t TimeOfDay) bool {
	if s.From <= s.To {
		return s.From <= t && t < s.To
	}
	return t >= s.From || t < s.To
}

// UnmarshalText reads 21:00-08:30, with any of the usual dashes.
func (s *Span) UnmarshalText(text []byte) error {
	dashes := strings.NewReplacer("–", "-", "—", "-", "～", "-", "~", "-", "至", "-", "--", "-")
	from, to, ok := strings.Cut(dashes.Replace(string(text)), "-")
	if !ok {
		return fmt.Errorf("“%s”不是时段，请写成 21:00-08:30 的样子", text)
	}
	var read Span
	if err := errors.Join(read.From.UnmarshalText([]byte(from)), read.To.UnmarshalText([]byte(to))); err != nil {
		return err
	}
	*s = read
	return nil
}

// UnmarshalYAML is UnmarshalText with the line of the file.
func (s *Span) UnmarshalYAML(node *yaml.Node) error { return scalar(node, s.UnmarshalText) }

// MarshalText writes the form that is read.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// scalar hands a node's text to read and gives an error its line; as a
// TypeError it is collected with the file's other errors.
func scalar(node *yaml.Node, read func([]byte) error) error {
	if err := read([]byte(node.Value)); err != nil {
		return &yaml.TypeError{Errors: []string{fmt.Sprintf("第 %d 行：%v", node.Line, err)}}
	}
	return nil
}
