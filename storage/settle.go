package storage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot"
)

// Settle implements bot.Mail. What was sent, which is nearly all, is recorded
// by token in one statement, the rest one by one.
func (t *tx) Settle(now time.Time, outcomes ...bot.Outcome) ([]int64, error) {
	var settled, ended []int64
	sent := map[string][]bot.Outcome{}
	for _, o := range outcomes {
		switch {
		case o.Token == "":
			continue
		case o.State == bot.Sent:
			sent[o.Token] = append(sent[o.Token], o)
			continue
		}
		done, err := t.settle(o, now)
		if err != nil {
			return nil, fmt.Errorf("letter %d: %w", o.ID, err)
		}
		if !done {
			continue
		}
		settled = append(settled, o.ID)
		if o.State != bot.Pending {
			ended = append(ended, o.ID)
		}
	}
	for token, group := range sent {
		ids, err := t.settleSent(token, group, now)
		if err != nil {
			return nil, fmt.Errorf("%d letters sent: %w", len(group), err)
		}
		settled, ended = append(settled, ids...), append(ended, ids...)
	}
	if len(ended) == 0 {
		return settled, nil
	}
	return settled, t.release(ended)
}

// release lets go what is parked behind letters.
func (t *tx) release(ended []int64) error {
	_, err := t.exec("UPDATE outbox SET next_at = ?, after_id = 0 WHERE after_id <> 0 AND after_id IN ? AND state = 0", t.store.leaseNow(), ended)
	if err != nil {
		return fmt.Errorf("what waits behind %d letters: %w", len(ended), err)
	}
	return nil
}

func (t *tx) settle(o bot.Outcome, now time.Time) (done bool, err error) {
	set, args := t.outcome(o, now)
	n, err := t.exec("UPDATE outbox SET lease_token = '', "+set+" WHERE id = ? AND lease_token = ? AND state = 0", append(args, o.ID, o.Token)...)
	return n > 0, err
}

// settleSent looks first which letters the token still holds: the number of
// rows that an UPDATE matched would not tell which they were.
func (t *tx) settleSent(token string, sent []bot.Outcome, now time.Time) ([]int64, error) {
	if len(sent) == 1 {
		done, err := t.settle(sent[0], now)
		if !done {
			return nil, err
		}
		return []int64{sent[0].ID}, err
	}
	var mine []int64
	_, err := t.find(&mine, "SELECT id FROM outbox WHERE id IN ? AND lease_token = ? AND state = 0"+t.store.locking(),
		mapped(sent, func(o bot.Outcome) int64 { return o.ID }), token)
	if err != nil || len(mine) == 0 {
		return nil, err
	}
	whens, args := strings.Builder{}, []any{ms(now)}
	for _, o := range sent {
		if slices.Contains(mine, o.ID) {
			whens.WriteString(" WHEN ? THEN ?")
			args = append(args, o.ID, o.Message)
		}
	}
	n, err := t.exec("UPDATE outbox SET lease_token = '', state = 2, last_error = '', sent_at = ?, platform_msg_id = CASE id"+whens.String()+` END
		WHERE id IN ? AND lease_token = ? AND state = 0`, append(args, mine, token)...)
	if err == nil && n != int64(len(mine)) {
		err = bot.ErrConflict
	}
	return mine, err
}

// untried takes back the try that a claim counted: nothing left, or the platform
// said for certain that it took nothing. MySQL reads attempts after it was set.
const untried = "first_try_at = CASE WHEN attempts <= 1 THEN 0 ELSE first_try_at END, attempts = attempts - 1"

// outcome is what an outcome sets.
func (t *tx) outcome(o bot.Outcome, now time.Time) (set string, args []any) {
	note := cut(o.Note, 500)
	switch o.State {
	case bot.Sent:
		return "state = 2, last_error = '', sent_at = ?, platform_msg_id = ?", []any{ms(now), o.Message}
	case bot.Held:
		if o.KeepDue {
			return "state = 1, last_error = ?, next_at = ?, place = 0, " + untried, []any{note, ms(o.Until)}
		}
		return "state = 1, last_error = ?, due_at = ?, next_at = ?, place = 0, " + untried, []any{note, ms(o.Until), ms(o.Until)}
	case bot.Pending:
		set, args = "last_error = ?, next_at = ? + ?", []any{note, t.store.leaseNow(), o.Wait.Milliseconds()}
		if o.Refused {
			set += ", " + untried
		}
		return set, args
	case bot.Dead, bot.Expired, bot.Uncertain, bot.Skipped, bot.Unsent:
	}
	return "state = ?, last_error = ?", []any{int(o.State), note}
}
