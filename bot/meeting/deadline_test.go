package meeting_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

// TestDeadlineGap is R33 and R37 to R39: what is asked, and what is offered.
func TestDeadlineGap(t *testing.T) {
	unsure := func(raw string, at ...time.Time) meeting.Deadline {
		return meeting.Deadline{Raw: raw, Unsure: true, Choices: at}
	}
	with := func(raw, due string) meeting.Deadline { return meeting.Deadline{Raw: raw, At: at(t, due)} }
	friday, monday := "8月14日（周五）17:00", "8月17日（周一）17:00"
	for _, c := range []struct {
		name    string
		d       meeting.Deadline
		now     string
		rule    string // empty: fine
		say     string // a part of it
		choices []string
	}{
		{"TestR33_NoDate", meeting.Deadline{}, "08-12 14:10", "R33", "哪天", []string{friday, monday}},
		{"TestR37_NotUnderstood", meeting.Deadline{Raw: "等领导回来"}, "08-12 14:10", "R37", "“等领导回来”", []string{friday, monday}},
		{"TestR38_AsSoonAsPossible", meeting.Deadline{Raw: "尽快"}, "08-12 14:10", "R38", "“尽快”不是日期", []string{friday, monday}},
		{"TestR38_VagueBesideADate", with("争取周四", "08-13 17:00"), "08-12 14:10", "R38", "“争取”", []string{"8月13日（周四）17:00", friday, monday}},
		{"TestR38_OnFridayEvening", meeting.Deadline{Raw: "近期"}, "08-14 18:00", "R38", "近期", []string{"8月21日（周五）17:00", "8月19日（周三）17:00"}},
		{"TestR38_OneOfferIsShownOnce", meeting.Deadline{Raw: "待定"}, "08-11 10:00", "R38", "待定", []string{friday}},
		{"TestR38_BeforeTheHoliday", meeting.Deadline{Raw: "尽快"}, "09-30 10:00", "R38", "尽快", []string{"9月30日（周三）17:00", "10月10日（周六）17:00"}},
		{"TestR38_WeekWithoutWorkingDays", meeting.Deadline{Raw: "尽快"}, "02-16 10:00", "R38", "尽快", []string{"2月28日（周六）17:00", "2月26日（周四）17:00"}},
		{"TestR37_TwoReadings", unsure("节后", at(t, "09-28 17:00"), at(t, "10-08 17:00")), "09-24 10:00", "R37", "哪一天", []string{"9月28日（周一）17:00", "10月8日（周四）17:00"}},
		{"TestR37_ReadingThatIsPastIsNotOffered", unsure("周五", at(t, "09-18 17:00"), at(t, "09-25 17:00")), "09-20 10:00", "R37", "9月25日（周五）17:00前，对吗", []string{"9月25日（周五）17:00"}},
		{"TestR37_SpanWantsATap", meeting.Deadline{Raw: "月底前", At: at(t, "08-31 17:00"), Unsure: true}, "08-12 14:10", "R37", "“月底前”是8月31日（周一）17:00前，对吗", []string{"8月31日（周一）17:00"}},
		{"TestR39_AllReadingsPast", unsure("周二", at(t, "08-11 17:00")), "08-12 14:10", "R39", "已经过了", nil},
		{"TestR39_Past", with("昨天", "08-11 17:00"), "08-12 14:10", "R39", "8月11日（周二）17:00已经过了", []string{friday, monday}},
		{"TestR39_ThisVeryMinuteIsPast", with("现在", "08-12 14:10"), "08-12 14:10", "R39", "已经过了", []string{friday, monday}},
		{"TestR39_ThisDayDoesNotSaveThePast", with("昨天就这天", "08-11 17:00"), "08-12 14:10", "R39", "已经过了", []string{friday, monday}},
		{"TestR39_DayOff", with("周六10点", "08-15 10:00"), "08-12 14:10", "R39", "提前到8月14日（周五）10:00，还是顺延到8月17日（周一）10:00", []string{"8月14日（周五）10:00", "8月17日（周一）10:00", "就这天"}},
		{"TestR39_DayOffTomorrow", with("明天10点", "08-15 10:00"), "08-14 11:00", "R39", "顺延到8月17日（周一）10:00", []string{"8月17日（周一）10:00", "就这天"}},
		{"TestR39_Holiday", with("10月1日", "10-01 17:00"), "09-28 10:00", "R39", "休息日", []string{"9月30日（周三）17:00", "10月8日（周四）17:00", "就这天"}},
		{"TestR39_InsistedOnADayOff", with("2026-08-15 10:00 就这天", "08-15 10:00"), "08-12 14:10", "", "", nil},
		{"TestR39_WorkingSaturday", with("10月10日", "10-10 17:00"), "09-30 10:00", "", "", nil},
		{"TestR39_MoreThan180Days", with("明年3月1日", "2027-03-01 17:00"), "08-12 14:10", "R39", "2027年3月1日（周一）17:00离今天超过180天", []string{"就这天"}},
		{"TestR39_InsistedOnAFarDay", with("明年3月1日，就这天", "2027-03-01 17:00"), "08-12 14:10", "", "", nil},
		{"TestR39_180DaysAreFine", with("180天", "2027-02-08 14:10"), "08-12 14:10", "", "", nil},
		{"TestR37_Plain", by(t, "08-17 17:00"), "08-12 14:10", "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := c.d.Gap("截止", at(t, c.now), calendar(t))
			if c.rule == "" {
				if g != nil {
					t.Fatalf("got %+v, want no gap", g)
				}
				return
			}
			if g == nil || g.Rule != c.rule || g.Field != "截止" || !strings.Contains(g.Say, c.say) {
				t.Fatalf("got %+v, want %s saying %s", g, c.rule, c.say)
			}
			kind(t, g.Say)
			var labels []string
			for _, o := range g.Choices {
				labels = append(labels, o.Label)
			}
			if diff := cmp.Diff(c.choices, labels); diff != "" {
				t.Errorf("choices (-want +got):\n%s", diff)
			}
		})
	}
}

// TestR37_ChoicesCanBeTyped: a button's value is a date that typing would give.
func TestR37_ChoicesCanBeTyped(t *testing.T) {
	g := meeting.Deadline{Raw: "尽快"}.Gap("截止", at(t, "08-12 14:10"), calendar(t))
	if g.Choices[0].Value != "2026-08-14 17:00" {
		t.Errorf("value %q", g.Choices[0].Value)
	}
	off := meeting.Deadline{Raw: "周六", At: at(t, "08-15 10:00")}
	g = off.Gap("截止", at(t, "08-12 14:10"), calendar(t))
	keep := g.Choices[len(g.Choices)-1].Value
	if keep != "2026-08-15 10:00 就这天" || !(meeting.Deadline{Raw: keep}).Insisted() || off.Insisted() {
		t.Errorf("value %q does not insist", keep)
	}
}
