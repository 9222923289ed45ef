package workday_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/workday"
)

func TestReadYear(t *testing.T) {
	const text = `{
		"$schema": "https://example.org/schema.json", "year": 2027, "papers": ["https://a.example", "https://b.example"],
		"days": [
			{"name": "元旦", "date": "2026-12-31", "isOffDay": true},
			{"name": " 元旦 ", "date": "2027-01-01", "isOffDay": true},
			{"name": "元旦", "date": "2027-01-03", "isOffDay": false},
			{"name": "元旦", "date": "2028-01-01", "isOffDay": true}
		]
	}` + "\n"
	got, err := workday.ReadYear(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := workday.Year{
		Year:   2027,
		Source: "https://a.example https://b.example",
		Days: []workday.Day{
			{Date: workday.Date{Year: 2026, Month: 12, Day: 31}, Name: "元旦", Off: true},
			{Date: workday.Date{Year: 2027, Month: 1, Day: 1}, Name: "元旦", Off: true},
			{Date: workday.Date{Year: 2027, Month: 1, Day: 3}, Name: "元旦"},
			{Date: workday.Date{Year: 2028, Month: 1, Day: 1}, Name: "元旦", Off: true},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("year (-want +got):\n%s", diff)
	}

	cal := workday.New(workday.DefaultHours(), append(workday.Official(), got)...)
	if !cal.Known(2027) || cal.Working(on(t, "12-31")) || !cal.MakeUp(on(t, "2027-01-03")) {
		t.Error("the notice of 2027 does not rule its days and December before")
	}
}

func TestReadYearOfACompany(t *testing.T) {
	const text = `{"days": [{"date": "2020-08-12", "isOffDay": true}, {"date": "2026-08-15", "isOffDay": false}]}`
	got, err := workday.ReadYear(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := workday.Year{Days: []workday.Day{
		{Date: workday.Date{Year: 2020, Month: 8, Day: 12}, Off: true},
		{Date: workday.Date{Year: 2026, Month: 8, Day: 15}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
}

func TestReadYearRefuses(t *testing.T) {
	const one = `{"name": "元旦", "date": "2027-01-01", "isOffDay": true}`
	for name, c := range map[string]struct{ text, want string }{
		"nothing":             {"", "EOF"},
		"no JSON":             {"BEGIN:VCALENDAR", "holidays: invalid character"},
		"half a file":         {`{"year": 2027, "days": [` + one, "unexpected EOF"},
		"two files":           {`{"year": 2027, "days": [` + one + `]} {"year": 2028}`, "more after the JSON"},
		"a year in words":     {`{"year": "2027", "days": [` + one + `]}`, "year"},
		"a year before all":   {`{"year": -1, "days": [` + one + `]}`, "there is no year -1"},
		"a year of five":      {`{"year": 20270, "days": [` + one + `]}`, "there is no year 20270"},
		"no notice yet":       {`{"year": 2027, "papers": [], "days": []}`, "holidays 2027: no days"},
		"no days of nobody":   {`{}`, "holidays 0: no days"},
		"December before":     {`{"year": 2028, "days": [` + strings.Replace(one, "01-01", "12-31", 1) + `]}`, "no days of that year"},
		"a date in words":     {`{"year": 2027, "days": [{"date": "元旦", "isOffDay": true}]}`, "holidays 2027: day 1: date \"元旦\""},
		"30 February":         {`{"year": 2027, "days": [` + one + `, {"date": "2027-02-30", "isOffDay": true}]}`, "day 2: date \"2027-02-30\""},
		"two years on":        {`{"year": 2025, "days": [` + one + `]}`, "2027-01-01 is not near that year"},
		"two years back":      {`{"year": 2029, "days": [` + one + `]}`, "2027-01-01 is not near that year"},
		"a date twice":        {`{"year": 2027, "days": [` + one + `, ` + one + `]}`, "2027-01-01 is listed twice"},
		"neither off nor not": {`{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01"}]}`, "neither off nor work"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := workday.ReadYear(strings.NewReader(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want %q", err, c.want)
			}
			if diff := cmp.Diff(workday.Year{}, got); diff != "" {
				t.Errorf("something is read (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadYearTellsWhyReadingEnded(t *testing.T) {
	broken := errors.New("the disk is gone")
	if _, err := workday.ReadYear(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("error is %v, want %v", err, broken)
	}
}

func TestOfficialYearsAreInOrderAndNamed(t *testing.T) {
	years := workday.Official()
	if len(years) == 0 {
		t.Fatal("none")
	}
	for i, y := range years {
		if i > 0 && y.Year != years[i-1].Year+1 {
			t.Errorf("%d follows %d", y.Year, years[i-1].Year)
		}
		if !strings.HasPrefix(y.Source, "https://www.gov.cn/") {
			t.Errorf("%d is published at %q", y.Year, y.Source)
		}
		cal := workday.New(workday.DefaultHours(), y)
		for _, d := range y.Days {
			if noon := d.Date.At(12 * 60); !d.Off && !cal.MakeUp(noon) {
				t.Errorf("%v is a 补班 day on a %v", d.Date, d.Date.Weekday())
			}
			if d.Name == "" {
				t.Errorf("%v has no name", d.Date)
			}
		}
	}
}

func FuzzReadYear(f *testing.F) {
	f.Add(`{"year": 2027, "papers": ["https://a.example"], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`)
	f.Add(`{"days": [{"date": "0000-01-01", "isOffDay": false}]}`)
	f.Add(`{"year": 1e3, "days": null}`)
	f.Fuzz(func(t *testing.T, text string) {
		y, err := workday.ReadYear(strings.NewReader(text))
		if err != nil {
			return
		}
		cal := workday.New(workday.DefaultHours(), y)
		if y.Year != 0 && !cal.Known(y.Year) {
			t.Errorf("%d was read and is not known", y.Year)
		}
		if len(y.Days) == 0 {
			t.Error("a year without days was read")
		}
		for _, d := range y.Days {
			if got := cal.Working(d.Date.At(0)); got == d.Off {
				t.Errorf("%v works: %v", d.Date, got)
			}
		}
	})
}
