package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// keepEvents is how long a delivery's key is kept, on the business clock: twice
// what promise 1 asks for.
const keepEvents = 14 * 24 * time.Hour

// aside is how long a subject that could not ring lets others go first.
const aside = 5 * time.Minute

// batch is how many subjects ring in one turn.
const batch = 100

// Due writes into the outbox what every subject has to say up to till, which is
// business time, and arms each for what comes after (design.md 4c). Any number
// of replicas may do so at once.
func (e *Engine) Due(ctx context.Context, till time.Time) error {
	till = till.Truncate(time.Millisecond)
	for {
		var alarms []Alarm
		err := e.store.View(ctx, func(tx Tx) (err error) {
			alarms, err = tx.Ringing(till, batch)
			return err
		})
		if err != nil || len(alarms) == 0 {
			return err
		}
		err = e.ring(ctx, alarms, till)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return ctx.Err()
		default: // one of them: the others must not wait for it
			if err := e.ringEach(ctx, alarms, till); err != nil {
				return err
			}
		}
		if len(alarms) < batch {
			return nil
		}
	}
}

// Perform runs a job for its moment at (business time), once over all replicas.
func (e *Engine) Perform(ctx context.Context, j Job, at time.Time) error {
	event := fmt.Sprintf("job/%s/%s", j.Name, at.In(workday.Zone).Format("2006-01-02T15:04"))
	now := e.now()
	err := e.turn(ctx, func(tx Tx) error {
		first, err := tx.FirstTime(event, now)
		if err != nil || !first {
			return err
		}
		l := e.ledger(tx, now, ByClock, event)
		reply, err := j.Run(ctx, &Turn{Now: at.In(workday.Zone), Origin: ByClock, Event: event, Book: l, Calendar: e.o.Calendar, usages: e.usages})
		if err != nil {
			return fmt.Errorf("job %s: %w", j.Name, err)
		}
		if err := l.post(reply.Posts); err != nil {
			return err
		}
		return l.refresh(0)
	})
	if err != nil {
		return err
	}
	e.o.Poke()
	return e.forget(ctx, now)
}

// NextAlarm is when the earliest subject speaks next.
func (e *Engine) NextAlarm(ctx context.Context) (next time.Time, ok bool, err error) {
	err = e.store.View(ctx, func(tx Tx) error {
		next, ok, err = tx.NextAlarm()
		return err
	})
	return next, ok, err
}

// forget drops the keys of deliveries that no platform will repeat any more. It
// goes along with the jobs, of which there is one a day.
func (e *Engine) forget(ctx context.Context, now time.Time) error {
	for more := true; more; {
		err := e.turn(ctx, func(tx Tx) error {
			n, err := tx.ForgetEvents(now.Add(-keepEvents))
			more = n > 0
			return err
		})
		if err != nil {
			return fmt.Errorf("event keys: %w", err)
		}
	}
	return nil
}

// ringEach rings one subject after the other. One that cannot ring is logged and
// stands aside for a while, so that it does not keep others from their turn; what
// it has to say is still said then.
func (e *Engine) ringEach(ctx context.Context, alarms []Alarm, till time.Time) error {
	var errs []error
	for _, a := range alarms {
		err := e.ring(ctx, []Alarm{a}, till)
		if err == nil {
			continue
		}
		e.o.Log.ErrorContext(ctx, "alarm", "kind", a.Of.Kind, "subject", a.Of.ID, "error", err)
		errs = append(errs, e.turn(ctx, func(tx Tx) error {
			_, err := tx.Advance(a, a.Since, till.Add(aside))
			return err
		}))
	}
	return errors.Join(errs...)
}

func (e *Engine) ring(ctx context.Context, alarms []Alarm, till time.Time) error {
	now := e.now()
	var moved []HeldBack
	err := e.turn(ctx, func(tx Tx) error {
		l := e.ledger(tx, now, ByClock, "")
		defer func() { moved = l.moved }()
		for _, a := range alarms {
			if err := l.ring(a, till); err != nil {
				return err
			}
		}
		return l.refresh(0)
	})
	if err != nil {
		return err
	}
	for _, h := range moved {
		e.o.Watch(h)
	}
	e.o.Poke()
	return nil
}

// load finds the subject that a ref names.
func load(b Book, of meeting.Ref) (meeting.Subject, error) {
	switch of.Kind {
	case meeting.KindTask:
		return b.Task(meeting.TaskID(of.ID))
	case meeting.KindMeeting:
		return b.Meeting(meeting.MeetingID(of.ID))
	case meeting.KindMinutes:
		return b.Minutes(meeting.MinutesID(of.ID))
	case meeting.KindDispute:
		return b.Dispute(meeting.DisputeID(of.ID))
	case meeting.KindDraft:
		return b.Draft(of.ID)
	case meeting.KindGroup:
		return b.GroupByID(of.ID)
	}
	return nil, fmt.Errorf("subject %s %d: %w", of.Kind, of.ID, meeting.ErrNotFound)
}
