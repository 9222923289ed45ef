package bottest

import (
	"context"
	"slices"
	"time"

	"huiban/bot"
	"huiban/bot/workday"
)

// retryAfter is how long a stage waits with a letter that was not taken.
const retryAfter = time.Minute

// tooMuch ends a transcript that never comes to rest.
const tooMuch = 10_000

// drain says all that there is to say now, as a courier does.
func (s *stage) drain() {
	now := s.clock.Now()
	for range tooMuch {
		s.must(s.engine.Due(s.Context(), now))
		_, err := s.store.Wake(s.Context(), now)
		s.must(err)
		letters, err := s.store.Claim(s.Context(), "stage", 1, retryAfter)
		s.must(err)
		if len(letters) == 0 {
			return
		}
		s.carry(letters)
	}
	s.fatalf("there is no end of letters")
}

// carry sends what was claimed together: a letter, or all of its fold.
func (s *stage) carry(letters []bot.Letter) {
	ready, err := s.engine.Prepare(s.Context(), letters)
	s.must(err)
	d := bot.Delivery{Letters: letters, Ready: ready}
	if ready.Skip == "" && ready.Until.IsZero() {
		d.Message, d.Err = s.of(ready.Out.Chat, ready.Out.Account).Send(s.Context(), ready.Out)
		s.flush()
	}
	if d.Err != nil {
		d.Wait = retryAfter
		if wait, ok := bot.Delay(d.Err); ok {
			d.Wait = wait
		}
		s.print(s.place(ready.Out.Account, ready.Out.Chat), "×", d.Err.Error())
	}
	s.must(s.engine.Settle(s.Context(), d))
}

// due is the next moment at which something happens by itself, and the jobs of
// that moment.
func (s *stage) due() (at time.Time, jobs []bot.Job, ok bool) {
	at, jobs = nextJobs(s.jobs, s.clock.Now())
	ok = len(jobs) > 0
	for _, ask := range []func(context.Context) (time.Time, bool, error){
		s.engine.NextAlarm, s.store.NextHeld,
	} {
		next, some, err := ask(s.Context())
		s.must(err)
		if some && (!ok || next.Before(at)) {
			at, jobs, ok = next, nil, true
		}
	}
	return at, jobs, ok
}

// reach moves the clock to a moment and lets happen what is due then.
func (s *stage) reach(at time.Time, jobs []bot.Job) {
	moment := len(s.out)
	s.clock.Set(at)
	for _, j := range jobs {
		s.must(s.engine.Perform(s.Context(), j, at))
	}
	s.drain()
	if len(s.out) > moment {
		s.out = slices.Insert(s.out, moment, "\t@ "+at.In(workday.Zone).Format(minute))
	}
}

// until moves the clock and stops wherever something is due.
func (s *stage) until(end time.Time) {
	if end.Before(s.clock.Now()) {
		s.fatalf("the clock does not go back")
	}
	for range tooMuch {
		at, jobs, ok := s.due()
		if !ok || at.After(end) {
			s.reach(end, nil)
			return
		}
		s.reach(at, jobs)
	}
	s.fatalf("there is no end of moments")
}
