package meeting_test

import (
	"strings"
	"testing"

	"huiban/bot/meeting"
)

func TestR34_DescriptionSaysWhatIsDelivered(t *testing.T) {
	for _, c := range []struct{ description, deliverable, field, rule string }{
		{"完成A方案技术文档", "", "", ""},
		{"配合推进包装打样", "", "", ""},
		{"跟进一下", "会议结论一页", "", ""},
		{"跟进一下", "无", "", ""},
		{"跟进一下", "", "交付", "R34"},
		{"推进项目进展", " ", "交付", "R34"},
		{"", "", "任务", "R33"},
		{" \n　", "文档", "任务", "R33"},
		{"👍👍……", "", "任务", "R33"},
		{strings.Repeat("字", 200), "", "", ""},
		{strings.Repeat("字", 201), "", "任务", "R34"},
		{"完成文档", strings.Repeat("字", 201), "交付", "R34"},
	} {
		g := meeting.DescriptionGap("任务", c.description, c.deliverable)
		if c.rule == "" {
			if g != nil {
				t.Errorf("%q/%q: got %+v, want no gap", c.description, c.deliverable, g)
			}
			continue
		}
		if g == nil || g.Field != c.field || g.Rule != c.rule {
			t.Errorf("%q/%q: got %+v, want %s asking %s", c.description, c.deliverable, g, c.rule, c.field)
			continue
		}
		kind(t, g.Say)
		if c.rule == "R34" && c.deliverable == " " && g.Choices[0].Value != "无" {
			t.Errorf("choices %+v, want a way to leave it out", g.Choices)
		}
	}
}

func TestR35_OwnerIsOnePerson(t *testing.T) {
	for _, c := range []struct{ raw, rule, say string }{
		{"", "R33", "由谁负责"},
		{"大家", "R35", "由谁牵头"},
		{"相关部门", "R35", "由谁牵头"},
		{"技术那边", "R35", "由谁牵头"},
		{"研发部", "R35", "“研发部”是部门"},
		{"测试组", "R35", "“测试组”是部门"},
		{"客服中心", "R35", "由谁牵头"},
		{"许哲", "", ""},
		{"王科", "", ""},
		{"王工", "", ""},
	} {
		g := meeting.OwnerGap("责任人", c.raw)
		switch {
		case c.rule == "" && g != nil:
			t.Errorf("%q: got %+v, want no gap", c.raw, g)
		case c.rule != "" && (g == nil || g.Rule != c.rule || g.Field != "责任人" || !strings.Contains(g.Say, c.say)):
			t.Errorf("%q: got %+v, want %s saying %s", c.raw, g, c.rule, c.say)
		}
	}
}

func TestR66_EndingOfANumber(t *testing.T) {
	for typed, want := range map[string]string{
		"T-20260812-01-01": "T-20260812-01-01", "t-20260812-01-01": "T-20260812-01-01", "T20260812-01-01": "T-20260812-01-01",
		"Ｔ－２０２６０８１２－０１－０１": "T-20260812-01-01", "01-01": "01-01", "０1-01": "01-01", "01—17": "01-17", " 01 - 17 ": "01-17",
		"20260812-00-03": "20260812-00-03", "0812-00-03": "0812-00-03", "T-01-01": "01-01", "#00-104": "00-104", "d-20260818-01-01": "D-20260818-01-01",
		"": "", "1": "", "60%": "", "60": "", "8-17": "", "2026-08-17": "", "08-17 17:00": "", "8月17日": "", "01-01-01-01": "", "x-01-01": "", "01-0a": "",
	} {
		got, ok := meeting.Ending(typed)
		if got != want || ok != (want != "") {
			t.Errorf("Ending(%q) = %q, %t, want %q", typed, got, ok, want)
		}
	}
}

func TestR66_FullNumberEndsWithWhatWasRead(t *testing.T) {
	no := assigned(t, handOut(t)).No
	for _, typed := range []string{no, no[2:], no[6:], no[len(no)-5:]} {
		if end, ok := meeting.Ending(typed); !ok || !strings.HasSuffix(no, end) {
			t.Errorf("Ending(%q) = %q, %t, which does not end %s", typed, end, ok, no)
		}
	}
}
