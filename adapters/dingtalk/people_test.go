package dingtalk

import (
	"errors"
	"slices"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
)

// A person is looked up once an hour, and forgotten when he changes.
func TestProfiles(t *testing.T) {
	now := time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)
	l := newLab(t, dingtalktest.Options{}, func(o *Options) { o.Now = func() time.Time { return now } })
	want := bot.Profile{Account: "dingtalk:xu", Name: "许哲", Title: "工程师", Department: "产品部", Leader: "dingtalk:zhou"}
	for range 2 {
		p, err := l.p.Profile(t.Context(), "dingtalk:xu")
		if err != nil || p.Name != want.Name || p.Title != want.Title || p.Department != want.Department || p.Leader != want.Leader || p.Admin {
			t.Errorf("%+v, %v", p, err)
		}
	}
	if p, err := l.p.Profile(t.Context(), "dingtalk:zhou"); err != nil || !p.Admin {
		t.Errorf("%+v, %v", p, err)
	}
	if n := l.fake.Calls("/topapi/v2/user/get"); n != 2 {
		t.Errorf("%d calls", n)
	}
	now = now.Add(time.Hour)
	if _, err := l.p.Profile(t.Context(), "dingtalk:xu"); err != nil || l.fake.Calls("/topapi/v2/user/get") != 3 {
		t.Errorf("%v, %d calls", err, l.fake.Calls("/topapi/v2/user/get"))
	}
	l.p.directory.forget(xu)
	if _, err := l.p.Profile(t.Context(), "dingtalk:xu"); err != nil || l.fake.Calls("/topapi/v2/user/get") != 4 {
		t.Errorf("%v, %d calls", err, l.fake.Calls("/topapi/v2/user/get"))
	}
	if _, err := l.p.Profile(t.Context(), "dingtalk:nobody"); !errors.Is(err, bot.ErrUnknown) {
		t.Errorf("%v", err)
	}
	if p, err := l.p.Profile(t.Context(), "dingtalk:$:LWCP_v1:$x"); err != nil || p.Name != "外部人员" {
		t.Errorf("%+v, %v", p, err)
	}
	l.sound()
}

// Whom the app may not look up is known by the name seen in messages; a platform
// that does not answer is an error, not a stranger.
func TestProfileOfWhomWeMayNotSee(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.fake.Forbid("qyapi_get_member", "qyapi_get_department_list")
	if _, err := l.p.Profile(t.Context(), "dingtalk:xu"); !errors.Is(err, bot.ErrUnknown) {
		t.Errorf("%v", err)
	}
	l.p.directory.meet(xu, "小许", team)
	if p, err := l.p.Profile(t.Context(), "dingtalk:xu"); err != nil || p.Name != "小许" {
		t.Errorf("%+v, %v", p, err)
	}
	l.fake.Grant("qyapi_get_member")
	if p, err := l.p.Profile(t.Context(), "dingtalk:zhou"); err != nil || p.Name != "周敏" || p.Department != "" {
		t.Errorf("%+v, %v", p, err)
	}
	l.p.directory.forget(xu)
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.SystemBusy})
	if _, err := l.p.Profile(t.Context(), "dingtalk:xu"); err == nil || errors.Is(err, bot.ErrUnknown) {
		t.Errorf("%v", err)
	}
	if got := l.p.Spot(t.Context(), "dingtalk:"+team, false, "@许大哲"); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

// Names in a text are found among those who were seen there; behind an @ among all
// of the organisation, asked once.
func TestNamesAreSpotted(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.fake.AddPerson(dingtalktest.Person{UserID: "li1", Name: "李四"})
	l.fake.AddPerson(dingtalktest.Person{UserID: "li2", Name: "李四"})
	l.fake.AddPerson(dingtalktest.Person{UserID: "ou", Name: "欧阳娜娜"})
	l.fake.AddPerson(dingtalktest.Person{UserID: "wang", Name: "王五"})
	l.fake.AddPerson(dingtalktest.Person{UserID: "zhao", Name: "赵六"})
	l.p.directory.meet(xu, "许哲", team)
	l.p.directory.meet(zhou, "周敏", "another")
	group := bot.ChatID("dingtalk:" + team)
	for _, c := range []struct {
		private bool
		text    string
		want    []bot.Account
	}{
		{false, "许哲写文档，周敏看", []bot.Account{"dingtalk:xu"}},
		{true, "许哲写文档，周敏看", []bot.Account{"dingtalk:xu", "dingtalk:zhou"}},
		{false, "@许哲写文档", []bot.Account{"dingtalk:xu"}},
		{false, "@李四写文档", []bot.Account{"dingtalk:li1", "dingtalk:li2"}},
		{false, "@李四写文档", []bot.Account{"dingtalk:li1", "dingtalk:li2"}},
		{false, "＠欧阳娜娜 写文档", []bot.Account{"dingtalk:ou"}},
		{false, "@没有此人", nil},
		{false, "写文档", nil},
		{false, "参会 @许哲、@王五、@赵六，辛苦了", []bot.Account{"dingtalk:xu", "dingtalk:wang", "dingtalk:zhao"}},
	} {
		if got := l.p.Spot(t.Context(), group, c.private, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", c.text, got)
		}
	}
	if n := l.fake.Calls("/v1.0/contact/users/search"); n != 3+1+3+2 {
		t.Errorf("%d searches", n)
	}
	l.p.directory.leaves(xu, team)
	if got := l.p.Spot(t.Context(), group, false, "许哲写文档"); len(got) > 0 {
		t.Errorf("%v", got)
	}
	l.sound()
}
