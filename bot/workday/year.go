package workday

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A Day differs from what its weekday says, or has a name: a day off, or a 补班
// day if Off is false.
type Day struct {
	Date Date
	Name string
	Off  bool
}

// A Year is what a notice of the State Council, or a company's own calendar,
// says of single days. Year is 0 for days that overlay years known otherwise.
// Source is where it is published.
type Year struct {
	Year   int
	Days   []Day
	Source string
}

// ReadYear reads the JSON of NateScarlet/holiday-cn: {"year", "papers",
// "days": [{"name", "date", "isOffDay"}]}. Days may lie in the years beside,
// as December's may be set by the next notice. A year without days of its own is
// refused: that file is published before the notice is, and would hide that the
// year is unknown.
func ReadYear(r io.Reader) (Year, error) {
	var file struct {
		Year   int      `json:"year"`
		Papers []string `json:"papers"`
		Days   []struct {
			Name     string `json:"name"`
			Date     string `json:"date"`
			IsOffDay *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	text := json.NewDecoder(r)
	if err := text.Decode(&file); err != nil {
		return Year{}, fmt.Errorf("holidays: %w", err)
	}
	if _, err := text.Token(); !errors.Is(err, io.EOF) {
		return Year{}, errors.New("holidays: there is more after the JSON of the year")
	}
	y := Year{Year: file.Year, Source: strings.Join(file.Papers, " ")}
	if y.Year < 0 || y.Year > 9999 {
		return Year{}, fmt.Errorf("holidays: there is no year %d", y.Year)
	}
	seen := map[Date]bool{}
	for i, d := range file.Days {
		date, err := ParseDate(d.Date)
		if err != nil {
			return Year{}, fmt.Errorf("holidays %d: day %d: %w", y.Year, i+1, err)
		}
		if y.Year != 0 && (date.Year < y.Year-1 || date.Year > y.Year+1) {
			return Year{}, fmt.Errorf("holidays %d: %v is not near that year", y.Year, date)
		}
		if seen[date] {
			return Year{}, fmt.Errorf("holidays %d: %v is listed twice", y.Year, date)
		}
		if d.IsOffDay == nil {
			return Year{}, fmt.Errorf("holidays %d: %v says neither off nor work", y.Year, date)
		}
		seen[date] = true
		y.Days = append(y.Days, Day{Date: date, Name: strings.TrimSpace(d.Name), Off: *d.IsOffDay})
	}
	if !slices.ContainsFunc(y.Days, func(d Day) bool { return y.Year == 0 || d.Date.Year == y.Year }) {
		return Year{}, fmt.Errorf("holidays %d: no days of that year", y.Year)
	}
	return y, nil
}

//go:embed holidays/*.json
var official embed.FS

// Official returns the years whose notices are part of the program, oldest
// first. Their dates agree in the two open data sets that carry them.
func Official() []Year {
	files, err := official.ReadDir("holidays")
	if err != nil {
		panic(err) // the files are embedded
	}
	var years []Year
	for _, f := range files {
		text, err := official.Open("holidays/" + f.Name())
		if err != nil {
			panic(err)
		}
		y, err := ReadYear(text)
		if err != nil {
			panic(f.Name() + ": " + err.Error())
		}
		years = append(years, y)
	}
	return years
}
