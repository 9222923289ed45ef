package bot_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// TestJoinIsOnRecordAndReachesWhatIsUnderWay: a letter that was leased to be sent
// when its addressee turned out to be somebody else goes to who they are, its card
// is theirs, and the join is audited.
func TestJoinIsOnRecordAndReachesWhatIsUnderWay(t *testing.T) {
	r := newRig(t)
	with := func(_ context.Context, t *bot.Turn, _ noArgs) (bot.Reply, error) {
		was, err := t.Book.Named("钱伟")
		if err != nil {
			return bot.Reply{}, err
		}
		return bot.Reply{Toast: "好"}, t.Book.Join(was[0].ID, t.Who)
	}
	r.e = bot.New(r.store, bot.Options{
		Commands: append(toyCommands(), bot.Define("合", "合并", with)), Faces: toyFaces(), Words: toyWords(), Platforms: []bot.Platform{r.toy},
		Now: func() time.Time { return r.now }, Papers: toyPapers(), Calendar: workday.New(workday.DefaultHours(), workday.Official()...),
	})
	other := bot.Profile{Account: "far:other", Name: "钱伟"}
	must(t, r.e.Happened(t.Context(), bot.Happening{Kind: bot.Known, Account: other.Account, Profile: other}))
	must(t, r.e.Message(t.Context(), bot.Message{Event: "1", ID: "1", Chat: "toy:group", From: "toy:host", Text: "派 钱伟 写文档 截止:2026-08-14 17:00"}))
	letters, err := r.store.Claim(t.Context(), "t", 99, time.Minute)
	must(t, err)
	must(t, r.e.Message(t.Context(), bot.Message{Event: "2", ID: "2", Chat: "toy:private", Private: true, From: "toy:owner", Text: "合"}))

	var owner meeting.PersonID
	must(t, r.store.View(t.Context(), func(tx bot.Tx) (err error) {
		owner, err = tx.PersonOf("toy:owner")
		return err
	}))
	asked := slices.IndexFunc(letters, func(l bot.Letter) bool { return l.Face.Name == "confirm" })
	if asked < 0 {
		t.Fatalf("nobody was asked: %v", letters)
	}
	one := letters[asked : asked+1]
	ready, err := r.e.Prepare(t.Context(), one)
	must(t, err)
	if ready.Skip != "" || ready.Out.Account != "toy:owner" {
		t.Errorf("goes to %q (%s), want toy:owner", ready.Out.Account, ready.Skip)
	}
	id, err := r.toy.Send(t.Context(), ready.Out)
	must(t, err)
	must(t, r.e.Settle(t.Context(), bot.Delivery{Letters: one, Ready: ready, Message: id}))
	must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
		c, err := tx.CopyOf("toy:" + id)
		if c.Person != owner || c.Face.For != owner {
			t.Errorf("the card is of person %d for %d, want %d", c.Person, c.Face.For, owner)
		}
		if err != nil {
			return err
		}
		trail, err := tx.AuditTrail(owner.Ref())
		if _, ok := bot.Verify(trail); !ok || len(trail) != 1 || trail[0].What != "绑定账号" || trail[0].Who != owner {
			t.Errorf("on record: %+v", trail)
		}
		return err
	}))
}

// TestAnswerGoesWhereItWasAskedFor, be it that the person spoke on another platform
// before it was sent.
func TestAnswerGoesWhereItWasAskedFor(t *testing.T) {
	r := newRig(t)
	must(t, r.e.Happened(t.Context(), bot.Happening{Kind: bot.Known, Account: "far:other", Profile: bot.Profile{Account: "far:other", Name: "钱伟"}}))
	must(t, r.store.Do(t.Context(), func(tx bot.Tx) error {
		was, err := tx.PersonOf("far:other")
		if err != nil {
			return err
		}
		is, err := tx.PersonOf("toy:owner")
		if err != nil {
			return err
		}
		return tx.Join(was, is)
	}))
	for i, from := range []bot.Account{"toy:owner", "far:other", "toy:owner"} {
		id := fmt.Sprint(i)
		must(t, r.e.Message(t.Context(), bot.Message{Event: id, ID: bot.MessageID(id), Private: true, From: from, Text: "什么"}))
	}
	for range 3 {
		letters, err := r.store.Claim(t.Context(), "t", 1, time.Minute)
		must(t, err)
		ready, err := r.e.Prepare(t.Context(), letters)
		must(t, err)
		want := bot.Account("toy:owner")
		if letters[0].To.ReplyTo == "1" {
			want = "far:other"
		}
		if ready.Out.Account != want {
			t.Errorf("the answer to message %s goes to %s, want %s", letters[0].To.ReplyTo, ready.Out.Account, want)
		}
		must(t, r.e.Settle(t.Context(), bot.Delivery{Letters: letters, Ready: ready, Message: "m"}))
	}
}
