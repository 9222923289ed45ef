package scheduler

import (
	"context"
	"time"

	"huiban/bot"
)

// How a result that could not be recorded is tried again. All of it ends well
// before its lease does.
const (
	recordTries = 5
	recordPause = 250 * time.Millisecond
)

// A debt is a delivery that could not be recorded yet.
type debt struct {
	bot.Delivery

	tries int
}

// record writes down results until there are no more. What cannot be written
// waits aside: one that never can must not delay the others.
func (s *shift) record(ctx context.Context) {
	var debts []debt
	pause := recordPause
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for {
		select {
		case d, more := <-s.results:
			if !more {
				s.last(ctx, debts)
				return
			}
			failed := s.settle(ctx, s.gather(d))
			if len(debts) == 0 && len(failed) > 0 {
				pause = recordPause
				timer.Reset(pause)
			}
			debts = append(debts, failed...)
		case <-timer.C:
			debts = s.repay(ctx, debts)
			pause *= 2
			if len(debts) > 0 {
				timer.Reset(pause)
			}
		}
	}
}

// gather waits a moment for other results, as long as there are any to come.
func (s *shift) gather(first bot.Delivery) []bot.Delivery {
	timer := time.NewTimer(gathering)
	defer timer.Stop()
	batch, letters := []bot.Delivery{first}, len(first.Letters)
	for open := s.came(); open > 0 && letters < mostLetters; {
		select {
		case d := <-s.results:
			batch = append(batch, d)
			letters += len(d.Letters)
			open = s.came()
		case <-timer.C:
			return batch
		}
	}
	return batch
}

// settle records a batch, one by one if together they cannot be, and returns
// what is left.
func (s *shift) settle(ctx context.Context, batch []bot.Delivery) []debt {
	carried := make([]bot.Delivery, 0, len(batch))
	for _, d := range batch {
		if len(d.Letters) > 0 {
			carried = append(carried, d)
		}
	}
	var failed []debt
	if len(carried) > 0 && s.write(ctx, carried...) != nil {
		for _, d := range carried {
			if len(carried) == 1 || s.write(ctx, d) != nil {
				failed = append(failed, debt{Delivery: d})
			}
		}
	}
	s.c.tally.settled(len(batch) - len(failed))
	return failed
}

// repay tries debts again and returns those that remain.
func (s *shift) repay(ctx context.Context, debts []debt) []debt {
	var left []debt
	for _, d := range debts {
		d.tries++
		err := s.write(ctx, d.Delivery)
		if err != nil && d.tries < recordTries {
			left = append(left, d)
			continue
		}
		if err != nil {
			s.lost = err
			s.c.o.Log.Error("outcome not recorded, the letter will be tried again", "letter", d.Letters[0].ID, "err", err)
		}
		s.c.tally.settled(1)
	}
	return left
}

// last tries once more, for there is no later.
func (s *shift) last(ctx context.Context, debts []debt) {
	for i := range debts {
		debts[i].tries = recordTries
	}
	s.repay(ctx, debts)
}

func (s *shift) write(ctx context.Context, batch ...bot.Delivery) error {
	ctx, cancel := context.WithTimeout(ctx, s.c.o.LeaseFor/6)
	defer cancel()
	return guarded(func() error { return s.c.office.Settle(ctx, batch...) })
}
