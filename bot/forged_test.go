package bot_test

import (
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/workday"
)

// A form's values are whatever somebody sends: an account that is nobody's, or
// one where words were asked for, makes no person.
func TestForgedFormMakesNobody(t *testing.T) {
	for name, form := range map[string]map[string][]string{
		"an account that is nobody's": {"责任人": {"toy:ghost"}},
		"an account for words":        {"任务": {"toy:ghost"}},
	} {
		r := newRig(t)
		r.say("toy:host", "派 写完接口文档 截止:2026-08-14 17:00")
		r.tap("toy:host", "toy:g", "派", form)
		must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
			people, err := tx.Everyone()
			if err != nil {
				return err
			}
			for _, p := range people {
				if strings.Contains(p.Name, "ghost") {
					t.Errorf("%s: met %+v", name, p)
				}
			}
			return nil
		}))
	}
}

// Whether a card stands in a group is what was sent, not what a tap says: taken
// for a private one, it would show the group what is for one reader.
func TestTapCannotMoveItsCard(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "派 @许哲 写完接口文档 截止:2026-08-14 17:00")
	var private []bool
	r.e = bot.New(r.store, bot.Options{
		Commands: toyCommands(), Words: toyWords(), Platforms: []bot.Platform{r.toy}, Now: func() time.Time { return r.now },
		Calendar: workday.New(workday.DefaultHours(), workday.Official()...), Faces: []bot.FaceDef{{Name: "task", Draw: func(t *bot.Turn, _ bot.Face) (bot.Drawn, error) {
			private = append(private, t.Private || t.Chat != "toy:g")
			return bot.Drawn{}, bot.ErrNothing
		}}},
	})
	m, b := r.button("toy:g", "确认")
	if _, err := r.e.Tap(t.Context(), bot.Tap{Event: "forged", Card: m, From: "toy:host", Do: b.Do}); err != nil {
		t.Fatal(err)
	}
	if len(private) == 0 || private[0] {
		t.Errorf("drawn as private: %v", private)
	}
}
