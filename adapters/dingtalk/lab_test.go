package dingtalk

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot/bottest"
)

// TestMain looks for goroutines that outlive their test.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The people and the group of every lab.
const (
	zhou = "zhou"
	xu   = "xu"
	team = "cidTeam=="
)

// A lab is the adapter in front of a fake platform.
type lab struct {
	*testing.T

	fake  *dingtalktest.Server
	p     *Platform
	tally *tally
}

// A tally is what was counted.
type tally struct {
	mu sync.Mutex
	of map[Kind]int
}

func (c *tally) add(k Kind, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[k] += n
}

func (c *tally) get(k Kind) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of[k]
}

// newLab starts a fake platform with two people and a group. change may alter what
// the adapter is told.
func newLab(t *testing.T, fake dingtalktest.Options, change func(*Options)) *lab {
	t.Helper()
	fake.ClientID, fake.ClientSecret = "ding1", "app secret"
	if fake.Redeliver == nil {
		fake.Redeliver = []time.Duration{50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}
	}
	s, err := dingtalktest.Start(fake)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		http.DefaultTransport.(*http.Transport).CloseIdleConnections() //nolint:forcetypeassert // it is one
	})
	s.AddDepartment(dingtalktest.Department{ID: 1, Name: "公司"})
	s.AddDepartment(dingtalktest.Department{ID: 2, Parent: 1, Name: "产品部"})
	s.AddPerson(dingtalktest.Person{UserID: zhou, Name: "周敏", Departments: []int{2}, Admin: true})
	s.AddPerson(dingtalktest.Person{UserID: xu, Name: "许哲", Manager: zhou, Title: "工程师", Departments: []int{2}})
	s.AddGroup(dingtalktest.Group{ID: team, Name: "产品群", Members: []string{zhou, xu}})
	l := &lab{T: t, fake: s, tally: &tally{of: map[Kind]int{}}}
	o := Options{
		ClientID: "ding1", ClientSecret: "app secret", RobotName: "会办", API: s.URL(), OAPI: s.URL(), Now: time.Now,
		Files: bottest.NewMemory(time.Now), Counted: l.tally.add,
	}
	if change != nil {
		change(&o)
	}
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	l.p = p
	return l
}

// sound checks that the platform had nothing to object to.
func (l *lab) sound() {
	l.Helper()
	for _, p := range l.fake.Problems() {
		l.Error(p)
	}
}
