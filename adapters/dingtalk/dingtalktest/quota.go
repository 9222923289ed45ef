package dingtalktest

import (
	"maps"
	"time"

	"huiban/adapters/platformtest"
)

// qps is how many calls a second the standard edition allows an app for one API.
const qps = 20

// Usage is what one month cost. Replies over a sessionWebhook are in Kinds only:
// whether the platform counts them is not documented.
type Usage struct {
	Calls  int            // API calls that cost quota
	Pushes int            // messages, taps and events that were pushed over the stream
	Kinds  map[string]int // both, and what is free, by kind: robot.single, card.update, contact, push.tap …
}

// Usage is what a month cost so far; the month is written as 2026-11, in China.
// Calls that were refused for their rate, their token or the quota cost nothing.
func (s *Server) Usage(month string) Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.usage[month]
	if u == nil {
		return Usage{Kinds: map[string]int{}}
	}
	return Usage{Calls: u.Calls, Pushes: u.Pushes, Kinds: maps.Clone(u.Kinds)}
}

// Limit sets the quota of a month anew, see Options; 0 is without limit.
func (s *Server) Limit(calls, pushes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.MonthlyCalls, s.o.MonthlyPushes = calls, pushes
}

// EnforceRates turns the limit of 20 calls a second of one API on, and the pace of
// half a second between two updates of one card. Off at the start.
func (s *Server) EnforceRates(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rates = on
}

// month is the running month; s.mu is held.
func (s *Server) month() *Usage {
	name := s.o.Now().In(time.FixedZone("CST", 8*60*60)).Format("2006-01")
	if s.usage[name] == nil {
		s.usage[name] = &Usage{Kinds: map[string]int{}}
	}
	return s.usage[name]
}

// charge counts something that is pushed, and reports whether the quota allows it;
// events of the contacts cost none.
func (s *Server) charge(kind string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	month := s.month()
	free := kind == "push.contact"
	if !free && s.o.MonthlyPushes > 0 && month.Pushes >= s.o.MonthlyPushes {
		return false
	}
	if !free {
		month.Pushes++
	}
	month.Kinds[kind]++
	return true
}

// meter is the one of an API; s.mu is held.
func (s *Server) meter(key string) *platformtest.Meter {
	if s.meters[key] == nil {
		s.meters[key] = &platformtest.Meter{}
	}
	return s.meters[key]
}
