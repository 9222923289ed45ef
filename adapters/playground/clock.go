package playground

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// A heldBack is something that was to be said and was not.
type heldBack struct {
	At   string `json:"at"`
	To   string `json:"to"` // id of a person or a chat
	What string `json:"what"`
	Why  string `json:"why"`
}

// A move is where the clock shall go; exactly one is given.
type move struct {
	Set     string `json:"set"`
	Advance string `json:"advance"`
	To      string `json:"to"`
}

func (s *server) postClock(w http.ResponseWriter, r *http.Request) error {
	var m move
	if err := decode(w, r, &m); err != nil {
		return err
	}
	ctx := r.Context()
	if err := s.p.gate.Acquire(ctx, everyone); err != nil {
		return err
	}
	defer s.p.gate.Release(everyone)
	from := s.p.record.now()
	list, err := s.move(ctx, m)
	if err != nil {
		return err
	}
	if err := s.world.Settle(ctx); err != nil {
		return err
	}
	now := moment(s.world.Now())
	s.p.tell("clock", struct {
		Now string `json:"now"`
	}{now})
	s.answer(w, struct {
		Now      string     `json:"now"`
		Messages []Message  `json:"messages"`
		Held     []heldBack `json:"held"`
	}{now, s.p.record.between(from, s.p.record.now()), s.held(ctx, list)})
	return nil
}

// move moves the clock and returns what was held back on the way.
func (s *server) move(ctx context.Context, m move) ([]bot.HeldBack, error) {
	given := 0
	for _, v := range []string{m.Set, m.Advance, m.To} {
		if v != "" {
			given++
		}
	}
	if given != 1 {
		return nil, refuse(http.StatusBadRequest, "请写 advance、set、to 中的一个，如 {\"advance\":\"1h\"}。")
	}
	now := s.world.Now()
	switch {
	case m.Set != "":
		to, err := time.Parse(time.RFC3339, m.Set)
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "看不懂“%s”，时刻请写成 2026-08-17T09:00:00+08:00。", clip(m.Set))
		}
		return s.advance(ctx, now, to)
	case m.Advance != "":
		d, err := time.ParseDuration(m.Advance)
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "看不懂“%s”，请写成 30m、1h 或 24h。", clip(m.Advance))
		}
		return s.advance(ctx, now, now.Add(d))
	case m.To == "next":
		return s.world.Next(ctx, "")
	case m.To == "workday":
		return s.advance(ctx, now, s.world.Workday())
	case isWord(m.To):
		to := m.To
		if len(to) > 2 && to[1] == '-' { // a number, as T-20260812-01-01
			to = strings.ToUpper(to)
		}
		return s.world.Next(ctx, to)
	}
	return nil, refuse(http.StatusBadRequest, "to 请写 next、workday、feedback 或一项待办的编号，如 T-20260812-01。")
}

// isWord reports whether a text can name something; the world knows if it does.
func isWord(s string) bool {
	return len(s) <= longestName && !strings.ContainsFunc(s, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) })
}

func (s *server) advance(ctx context.Context, now, to time.Time) ([]bot.HeldBack, error) {
	switch {
	case to.Before(now):
		return nil, refuse(http.StatusBadRequest, "时钟只能往后拨，现在是 %s。", now.In(workday.Zone).Format("2006-01-02 15:04"))
	case to.After(now.AddDate(1, 0, 0)):
		return nil, refuse(http.StatusBadRequest, "一次最多往后拨一年，请分几次拨。")
	}
	return s.world.Advance(ctx, to)
}

// held says what was held back the way the page shows it.
func (s *server) held(ctx context.Context, list []bot.HeldBack) []heldBack {
	out := []heldBack{}
	for _, h := range list {
		why := s.named(ctx, h.Why)
		if !h.Until.IsZero() && !strings.Contains(why, "改到") {
			why = strings.TrimRight(why, "。") + "，改到" + h.Until.In(workday.Zone).Format("1月2日15:04")
		}
		out = append(out, heldBack{At: moment(h.At), To: s.addressee(ctx, h.To), What: s.named(ctx, h.What), Why: why})
	}
	return out
}

// addressee is the id of the person or chat that something was meant for.
func (s *server) addressee(ctx context.Context, to bot.To) string {
	if to.Chat != "" {
		return bare(string(to.Chat))
	}
	if id, ok := s.personOf(ctx, to.Person.Token()); ok {
		return id
	}
	return ""
}

// personOf is the id here of the person behind a token.
func (s *server) personOf(ctx context.Context, t string) (string, bool) {
	if book, ok := s.world.(AccountBook); ok {
		if who, ok := personID(t); ok {
			if a, err := book.AccountOf(ctx, who); err == nil {
				return bare(string(a)), true
			}
		}
	}
	s.p.record.mu.Lock()
	defer s.p.record.mu.Unlock()
	id, ok := s.p.record.tokens[t]
	return id, ok
}

// personID reads a person's token.
func personID(t string) (meeting.PersonID, bool) {
	n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(t, "@{p"), "}"), 10, 64)
	return meeting.PersonID(n), err == nil
}

// named puts names where person tokens stand.
func (s *server) named(ctx context.Context, text string) string {
	return token.ReplaceAllStringFunc(text, func(t string) string {
		id, ok := s.personOf(ctx, t)
		if !ok {
			return t
		}
		x, err := s.p.Profile(ctx, account(id))
		if err != nil {
			return t
		}
		return x.Name
	})
}

func (s *server) postReset(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Empty bool `json:"empty"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	ctx := r.Context()
	if err := s.p.gate.Acquire(ctx, everyone); err != nil {
		return err
	}
	defer s.p.gate.Release(everyone)
	// A page that is closed meanwhile must not leave half a sample behind.
	if err := s.world.Reset(context.WithoutCancel(ctx), body.Empty); err != nil {
		return err
	}
	s.p.tell("reset", struct{}{})
	s.answer(w, struct {
		Now string `json:"now"`
	}{moment(s.world.Now())})
	return nil
}
