package meeting_test

import (
	"strings"
	"testing"

	"huiban/bot/meeting"
)

func TestR36_OwnerResolvesToOnePerson(t *testing.T) {
	everyone := []meeting.Person{
		{ID: 1, Name: "周敏", Department: "产品部", Active: true},
		{ID: 2, Name: "许哲", Department: "研发部", Active: true},
		{ID: 3, Name: "陈立", Department: "研发部", Active: true},
		{ID: 4, Name: "王静", Department: "质量部", Active: true},
		{ID: 5, Name: "王伟", Department: "IT部", Active: true},
		{ID: 6, Name: "李明", Department: "采购部", Active: true},
		{ID: 7, Name: "李明", Department: "客服部", Active: true},
		{ID: 8, Name: "钱程", Department: "生产部"},
	}
	for _, c := range []struct {
		raw     string
		want    meeting.PersonID
		rule    string
		say     string
		choices string
	}{
		{"@许哲", 2, "", "", ""},
		{" 许哲，", 2, "", "", ""},
		{"@{p2}", 2, "", "", ""},
		{"许工", 2, "", "", ""},
		{"我", 1, "", "", ""},
		{"", 0, "R35", "责任人是哪一位", ""},
		{"王工", 0, "R36", "有两位“王工”", "王静（质量部） 王伟（IT部）"},
		{"李明", 0, "R36", "有两位“李明”", "李明（采购部） 李明（客服部）"},
		{"研发部", 0, "R35", "由谁牵头", "许哲（研发部） 陈立（研发部）"},
		{"法务部", 0, "R35", "由谁牵头", ""},
		{"大家", 0, "R35", "由谁牵头", ""},
		{"钱程", 0, "R36", "没有找到“钱程”", ""},
		{"@{p8}", 8, "R36", "已离职", ""},
		{"孙悟空", 0, "R36", "没有找到“孙悟空”", ""},
	} {
		got, g := meeting.FindPerson("责任人", c.raw, 1, everyone)
		if c.rule == "" {
			if g != nil || got != c.want {
				t.Errorf("%q: %d, %+v, want %d", c.raw, got, g, c.want)
			}
			continue
		}
		if g == nil || g.Rule != c.rule || g.Field != "责任人" || !strings.Contains(g.Say, c.say) {
			t.Errorf("%q: %d, %+v, want %s saying %s", c.raw, got, g, c.rule, c.say)
			continue
		}
		var labels []string
		for _, o := range g.Choices {
			labels = append(labels, o.Label)
		}
		if strings.Join(labels, " ") != c.choices {
			t.Errorf("%q: choices %v, want %s", c.raw, labels, c.choices)
		}
	}
}
