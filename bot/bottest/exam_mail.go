package bottest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// post is a plain post into a chat.
func post(key string, chat bot.ChatID) bot.Post {
	return bot.Post{Key: key, To: bot.To{Chat: chat}, Text: key, Class: bot.ClassNews}
}

func (x exam) enqueue(posts ...bot.Post) {
	x.Helper()
	x.do(func(tx bot.Tx) error { return tx.Enqueue(noon(), posts...) })
}

// claim leases up to n letters for an hour.
func (x exam) claim(token string, n int) []bot.Letter {
	x.Helper()
	letters, err := x.store.Claim(x.Context(), token, n, time.Hour)
	if err != nil {
		x.Fatalf("Claim: %v", err)
	}
	return letters
}

// claimed leases all that can be claimed now and returns its keys.
func (x exam) claimed(token string) []string {
	x.Helper()
	var keys []string
	for _, l := range x.claim(token, 9) {
		keys = append(keys, l.Key)
	}
	return keys
}

func (x exam) wake(till time.Time) int {
	x.Helper()
	n, err := x.store.Wake(x.Context(), till)
	if err != nil {
		x.Fatalf("Wake: %v", err)
	}
	return n
}

func (x exam) settle(outcomes ...bot.Outcome) (settled []int64) {
	x.Helper()
	x.do(func(tx bot.Tx) (err error) {
		settled, err = tx.Settle(noon().Add(time.Minute), outcomes...)
		return err
	})
	return settled
}

func (x exam) letter(id int64) (l bot.Letter) {
	x.Helper()
	x.see(func(tx bot.Tx) (err error) {
		l, err = tx.Letter(id)
		return err
	})
	return l
}

func (x exam) posts() {
	of := meeting.Ref{Kind: meeting.KindTask, ID: 7}
	p := bot.Post{
		Key: "task/7/due/2026-08-18T18:00+08:00/1wd/p9", To: bot.To{Person: 9, ReplyTo: "om_1", On: "x"}, Text: "请看 @{p9} 🎉 'a' \"b\" \\",
		Face: bot.Face{Name: "due", Of: of, For: 9}, Edit: 12, Why: "截止前1个工作日", Class: bot.ClassReminder, Fold: "p9/2026-08-18",
		Notice: &meeting.Notice{
			Kind: meeting.DueSoon, Step: "1wd", Of: of, To: 9, At: noon(), Expires: noon().Add(time.Hour), Mark: "2026-08-18T18:00+08:00",
			Face: "due", Digest: true, Prompt: true,
		},
		Expires: noon().Add(90 * time.Minute), Via: "https://x/y?z",
	}
	x.enqueue(p, post("plain", "x:群"))
	letters := x.claim("t1", 9)
	if len(letters) != 2 {
		x.Fatalf("%d letters, want 2", len(letters))
	}
	l := letters[0]
	x.same("post", l.Post, p)
	x.same("uuid", l.UUID, p.SendUUID())
	x.same("due", l.DueAt, noon())
	x.same("end of a post without one", letters[1].Expires, noon().Add(24*time.Hour))
	x.same("claimed", []any{l.Token, l.State, l.Attempts, l.FirstTry.IsZero()}, []any{"t1", bot.Pending, 1, false})
	x.same("letter by id", x.letter(l.ID), l)
	x.see(func(tx bot.Tx) error {
		_, err := tx.Letter(l.ID + letters[1].ID + 999)
		x.is("unknown letter", err, meeting.ErrNotFound)
		return nil
	})
}

func (x exam) keys() {
	x.enqueue(post("k1", "x:a"), post("K1", "x:b"))
	again := post("k1", "x:c")
	again.Text = "another"
	x.enqueue(again, post("k2", "x:d"))
	var got []string
	for _, l := range x.claim("t", 9) {
		got = append(got, l.Key+" "+string(l.To.Chat)+" "+l.Text)
		x.settle(bot.Outcome{ID: l.ID, Token: "t", State: bot.Sent, Message: "m"})
	}
	x.same("letters", got, []string{"k1 x:a k1", "K1 x:b K1", "k2 x:d k2"})
	x.enqueue(post("k1", "x:e"))
	x.same("letters of a key that was sent", len(x.claim("t", 9)), 0)
}

func (x exam) longWords() {
	long := strings.Repeat("会办🎉'\"\\\n", 200_000/14)
	p := post("long", "x:群")
	p.Text = long
	d := &bot.Draft{Person: 1, Command: "待办", Since: noon(), Have: map[string]string{"描述": long}}
	k := sample(1)
	k.Evidence[0].Text = long
	x.enqueue(p)
	x.do(func(tx bot.Tx) error { return tx.SaveDraft(d) })
	x.task(k)
	letters := x.claim("t", 1)
	x.see(func(tx bot.Tx) error {
		got, err := tx.Draft(d.ID)
		if err != nil {
			return err
		}
		if len(letters) != 1 || letters[0].Text != long || got.Have["描述"] != long || x.load(k.ID).Evidence[0].Text != long {
			x.Error("a long text was changed")
		}
		return nil
	})
}

func (x exam) lettersAbout() {
	of := meeting.Ref{Kind: meeting.KindTask, ID: 7}
	by := post("by face", "x:a")
	by.Face.Of = of
	noticed := post("by notice", "x:b")
	noticed.Notice = &meeting.Notice{Of: of, At: noon()}
	other := post("face before notice", "x:c")
	other.Face.Of, other.Notice = meeting.Ref{Kind: meeting.KindPerson, ID: 7}, noticed.Notice
	later := by
	later.Key, later.NotBefore = "held", noon().Add(time.Hour)
	x.enqueue(by, noticed, other, later, post("about nothing", "x:d"))
	about := func(of meeting.Ref, limit int) (keys []string) {
		x.see(func(tx bot.Tx) error {
			found, err := tx.Letters(of, limit)
			for _, l := range found {
				keys = append(keys, l.Key)
			}
			return err
		})
		return keys
	}
	x.same("letters about a task", about(of, 9), []string{"held", "by notice", "by face"})
	x.same("newest two", about(of, 2), []string{"held", "by notice"})
	x.same("letters about a person", about(other.Face.Of, 9), []string{"face before notice"})
}

func (x exam) held() {
	at := func(h int) time.Time { return noon().Add(time.Duration(h) * time.Hour) }
	later := func(key string, h int) bot.Post {
		p := post(key, bot.ChatID("x:"+key))
		p.NotBefore = at(h)
		return p
	}
	_, ok, err := x.store.NextHeld(x.Context())
	x.is("next held", err, nil)
	x.same("next held of none", ok, false)
	x.enqueue(later("h3", 3), later("h1", 1), later("past", 0))
	x.same("what need not be held", x.claimed("t"), []string{"past"})
	next, _, err := x.store.NextHeld(x.Context())
	x.is("next held", err, nil)
	x.same("next held", next, at(1))
	x.same("woken too early", x.wake(at(1).Add(-time.Millisecond)), 0)
	x.same("woken", x.wake(at(1)), 1)
	letters := x.claim("t", 9)
	if len(letters) != 1 {
		x.Fatalf("%d letters, want 1", len(letters))
	}
	l := letters[0]
	x.same("woken letter", []any{l.Key, l.DueAt.Equal(at(1)), l.Expires.Equal(at(25))}, []any{"h1", true, true})
	x.settle(bot.Outcome{ID: l.ID, Token: "t", State: bot.Held, Until: at(2), Note: "quiet"})
	again := x.letter(l.ID)
	x.same("held again", []any{again.State, again.DueAt.Equal(at(2)), again.Note}, []any{bot.Held, true, "quiet"})
	x.same("a hold is no try", []any{again.Attempts, again.FirstTry.IsZero()}, []any{0, true})
	x.same("claimed while held", len(x.claim("t", 9)), 0)
	x.same("woken again", x.wake(at(2)), 1)
	x.same("claimed again", x.claimed("t2"), []string{"h1"})
	x.settle(bot.Outcome{ID: l.ID, Token: "t2", State: bot.Held, Until: at(2).Add(time.Minute), Note: "spread", KeepDue: true})
	again = x.letter(l.ID)
	x.same("held a little longer", []any{again.State, again.DueAt.Equal(at(2)), again.Note}, []any{bot.Held, true, "spread"})
	x.same("woken at what was due", x.wake(at(2)), 0)
	next, _, err = x.store.NextHeld(x.Context())
	x.is("next held", err, nil)
	x.same("next held after a little", next, at(2).Add(time.Minute))
	x.same("woken at the end", x.wake(at(9)), 2)
	x.same("woken twice", x.wake(at(9)), 0)
	keys := x.claimed("t")
	slices.Sort(keys)
	x.same("claimed at the end", keys, []string{"h1", "h3"})
}

// unsent: what there was no way to send is found by its place until it is told.
func (x exam) unsent() {
	x.enqueue(post("a", "x:1"), post("b", "x:1"), post("c", "x:2"))
	for range 2 { // the second of a chat comes when the first has ended
		for _, l := range x.claim("t", 9) {
			x.settle(bot.Outcome{ID: l.ID, Token: "t", State: bot.Unsent, Note: "只能回答"})
		}
	}
	waiting := func(chat bot.ChatID, limit int) (keys []string) {
		x.see(func(tx bot.Tx) error {
			letters, err := tx.UnsentTo(bot.To{Chat: chat}, limit)
			for _, l := range letters {
				keys = append(keys, l.Key+" "+l.Note)
			}
			return err
		})
		return keys
	}
	x.same("unsent, newest first", waiting("x:1", 9), []string{"b 只能回答", "a 只能回答"})
	x.same("at most so many", waiting("x:1", 1), []string{"b 只能回答"})
	x.same("elsewhere", waiting("x:3", 9), []string(nil))
	ids := map[string]int64{}
	x.see(func(tx bot.Tx) error {
		letters, err := tx.UnsentTo(bot.To{Chat: "x:1"}, 9)
		for _, l := range letters {
			ids[l.Key] = l.ID
		}
		return err
	})
	x.do(func(tx bot.Tx) error {
		return errors.Join(tx.Told(noon(), ids["a"], false), tx.Told(noon(), ids["b"], true), tx.Told(noon(), ids["b"], false))
	})
	x.same("once told", waiting("x:1", 9), []string(nil))
	a, b := x.letter(ids["a"]), x.letter(ids["b"])
	x.same("told", []any{a.State, a.SentAt.Equal(noon())}, []any{bot.Sent, true})
	x.same("needless", []any{b.State, b.SentAt.IsZero()}, []any{bot.Skipped, true})
	x.same("nothing is left to claim", len(x.claim("t2", 9)), 0)
}
