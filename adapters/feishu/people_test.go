package feishu

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
)

// Who somebody is comes from the contacts, once an hour; outside the app's range
// the name comes from the groups, and nobody is invented.
func TestProfile(t *testing.T) {
	now := time.Now()
	l := newLab(t, feishutest.Options{}, func(o *Options) { o.Now = func() time.Time { return now } })
	p, err := l.p.Profile(t.Context(), "feishu:"+xu)
	want := bot.Profile{Account: "feishu:" + xu, Also: []bot.Account{"feishu:on_xu"}, Name: "许哲", Department: "产品部", Leader: "feishu:" + zhou}
	if err != nil || !reflect.DeepEqual(p, want) {
		t.Errorf("profile %+v, %v", p, err)
	}
	calls := l.fake.Calls("/open-apis/contact/v3/users/" + xu)
	if _, err := l.p.Profile(t.Context(), "feishu:"+xu); err != nil || l.fake.Calls("/open-apis/contact/v3/users/"+xu) != calls {
		t.Errorf("asked again at once: %v", err)
	}
	now = now.Add(believePeople + time.Second)
	if _, err := l.p.Profile(t.Context(), "feishu:"+xu); err != nil || l.fake.Calls("/open-apis/contact/v3/users/"+xu) != calls+1 {
		t.Errorf("not asked again after an hour: %v", err)
	}
	l.fake.HideContacts()
	now = now.Add(believePeople + time.Second)
	if _, err := l.p.Profile(t.Context(), "feishu:"+xu); !errors.Is(err, bot.ErrUnknown) {
		t.Errorf("a hidden person of whom no name was seen: %v", err)
	}
	l.p.directory.heard(xu, team)
	if p, err := l.p.Profile(t.Context(), "feishu:"+xu); err != nil || p.Name != "许哲" || p.Department != "" {
		t.Errorf("a hidden member of a group: %+v, %v", p, err)
	}
}

// The members of a group are looked up page by page, believed for a while and
// forgotten when somebody comes or goes.
func TestMembers(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	l.run()
	many := make([]string, 250)
	for i := range many {
		many[i] = "ou_m" + string(rune('a'+i%26)) + string(rune('a'+i/26))
		l.fake.AddPerson(feishutest.Person{OpenID: many[i], Name: many[i]})
	}
	l.fake.AddChat(feishutest.Chat{ID: "oc_big", Name: "大群", Members: many})
	members, err := l.p.Members(t.Context(), "feishu:oc_big")
	if err != nil || len(members) != 250 || members[249] != bot.Account("feishu:"+many[249]) {
		t.Fatalf("%d members, %v", len(members), err)
	}
	l.acked(l.fake.UserLeftChat(t.Context(), "oc_big", many[0]))
	if members, err = l.p.Members(t.Context(), "feishu:oc_big"); err != nil || len(members) != 249 {
		t.Errorf("%d members after one left, %v", len(members), err)
	}
	if _, err := l.p.Members(t.Context(), "feishu:oc_none"); err == nil {
		t.Error("members of a group that is not there")
	}
}

// Names in what was said are found among the members of the group, in a single
// chat among all who were seen.
func TestSpot(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	l.fake.AddPerson(feishutest.Person{OpenID: "ou_li", Name: "李"})
	l.fake.AddChat(feishutest.Chat{ID: team, Name: "产品群", Members: []string{zhou, xu, "ou_li"}})
	if got := l.p.Spot(t.Context(), "feishu:oc_p2p", true, "待办 许哲"); got != nil {
		t.Errorf("spotted %v before anybody was seen", got)
	}
	if got := l.p.Spot(t.Context(), "feishu:"+team, false, "待办 许哲 给李总写方案"); !slices.Equal(got, []bot.Account{"feishu:" + xu}) {
		t.Errorf("spotted %v in a group", got)
	}
	if got := l.p.Spot(t.Context(), "feishu:oc_p2p", true, "待办 许哲，抄送周敏"); !slices.Equal(got, []bot.Account{"feishu:" + xu, "feishu:" + zhou}) {
		t.Errorf("spotted %v in a single chat", got)
	}
}
