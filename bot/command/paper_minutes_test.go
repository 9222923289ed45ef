package command

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
)

func (w *minutesWorld) paper(who meeting.PersonID) (string, error) {
	var text string
	err := w.store.View(context.Background(), func(tx bot.Tx) error {
		d, err := writeMinutes(&bot.Turn{Now: w.now, Who: who, Private: true, Book: tx, Calendar: w.cal}, int64(w.id))
		text = d.Text()
		return err
	})
	return withNames(text), err
}

// TestPaper_OfMinutes: who may read which text, and what it never says.
func TestPaper_OfMinutes(t *testing.T) {
	var golden strings.Builder
	for _, name := range []string{"起草中", "已分发", "修订中", "终稿", "勘误已发"} {
		w := newMinutes(t)
		minutesStates()[name](w)
		x := w.minutes()
		for _, who := range []meeting.PersonID{zhou, lin, zhao, gao, wang} {
			text, err := w.paper(who)
			may := who == zhou || who == lin || who != wang && !x.IssuedAt.IsZero()
			if (err == nil) != may {
				t.Errorf("%s: person %d reads: %v", name, who, err)
			}
			for _, never := range []string{"一致通过", "家里有事", "迟到", "未回执", "@{p"} {
				if strings.Contains(text, never) {
					t.Errorf("%s: the paper for %d says %s", name, who, never)
				}
			}
			if who == zhao && err == nil || who == zhou && x.IssuedAt.IsZero() {
				fmt.Fprintf(&golden, "== %s\n%s\n", name, text)
			}
		}
		for _, e := range x.Editions {
			if got := readDoc(e.Text).Text(); got != e.Text {
				t.Errorf("%s: %s reads back as\n%s\nnot\n%s", name, e.No, got, e.Text)
			}
		}
	}
	bottest.Golden(t, filepath.Join("testdata", "papers", "minutes.txt"), golden.String())
}

// TestPaper_KeepsHostileWordsInTheirPlace: what people type cannot look like
// other parts of the paper, and it reads back to the letter.
func TestPaper_KeepsHostileWordsInTheirPlace(t *testing.T) {
	w := newMinutes(t)
	w.must(lin, on(rewriteLine, rewriteArgs{Text: "1 甲 | 乙\n三、决议事项 <b>【终稿 v1.0】"}))
	w.issued()
	x := w.minutes()
	last := x.Editions[len(x.Editions)-1].Text
	if got := readDoc(last).Text(); got != last {
		t.Errorf("reads back as\n%s\nnot\n%s", got, last)
	}
	if strings.Contains(last, "甲 | 乙") || strings.Count(last, "\n三、决议事项") != 1 {
		t.Errorf("typed words look like a part of the paper:\n%s", last)
	}
}

// TestR60_TheSealedTextIsWhatReadersSee: the paper is the sealed text, and later
// changes of tasks and the meeting do not show on it.
func TestR60_TheSealedTextIsWhatReadersSee(t *testing.T) {
	w := newMinutes(t)
	w.sealed()
	x := w.minutes()
	if x.Hash != meeting.HashOf(x.Text) || !strings.Contains(x.Text, "以终稿为准，不再单独修改。") || strings.Contains(x.Text, "@{p") {
		t.Errorf("sealed text:\n%s", x.Text)
	}
	before, err := w.paper(zhao)
	if err != nil {
		t.Fatal(err)
	}
	w.do(func(tx bot.Tx) error {
		m, err := tx.Meeting(x.Meeting)
		if err != nil {
			return err
		}
		m.Title, m.Place = "别的会", "别处"
		all, err := tx.FindTasks(meeting.TaskQuery{Meeting: m.ID})
		if err != nil {
			return err
		}
		all[0].Description = "别的事"
		return errors.Join(tx.SaveMeeting(m), tx.SaveTask(all[0]))
	})
	if after, err := w.paper(zhao); err != nil || after != before {
		t.Errorf("the paper changed: %v\n%s", err, cmp.Diff(before, after))
	}
	if !strings.HasPrefix(before, x.Text[:len(x.Text)-1]) {
		t.Error("readers see another text than the sealed one")
	}
}

func TestR53_TheListIsTheTasksThemselves(t *testing.T) {
	w := newMinutes(t)
	x := w.minutes()
	var doc string
	list := func(who meeting.PersonID) error {
		return w.store.View(context.Background(), func(tx bot.Tx) error {
			d, err := writeList(&bot.Turn{Now: w.now, Who: who, Book: tx, Calendar: w.cal}, int64(x.Meeting))
			doc = withNames(d.Text())
			return err
		})
	}
	if err := list(zhao); err != nil || !strings.Contains(doc, "完成A方案技术文档 | 许哲（研发部） | — | 2026-08-17 17:00 | 高") {
		t.Errorf("%v\n%s", err, doc)
	}
	w.do(func(tx bot.Tx) error {
		all, err := tx.FindTasks(meeting.TaskQuery{Meeting: x.Meeting})
		if err != nil {
			return err
		}
		all[0].Description = "完成B方案技术文档"
		return tx.SaveTask(all[0])
	})
	if err := list(zhao); err != nil || !strings.Contains(doc, "完成B方案技术文档") {
		t.Errorf("%v\n%s", err, doc)
	}
	if err := list(wang); err == nil {
		t.Error("a stranger reads the list")
	}
}

// TestR60_TheFileThatPeopleGetIsTheSealedText: the hash of its bytes is the code
// on the card, also after an erratum.
func TestR60_TheFileThatPeopleGetIsTheSealedText(t *testing.T) {
	for _, name := range []string{"终稿", "勘误已发"} {
		w := newMinutes(t)
		minutesStates()[name](w)
		x := w.minutes()
		fake := bottest.NewFake("fake", bottest.Full())
		fake.Adopt(bottest.Habits{Files: true})
		fake.Join(bot.Profile{Account: "fake:zhao", Name: "赵倩"})
		e := bot.New(w.store, bot.Options{
			Commands: All(), Faces: Faces(), Papers: Papers(), Words: Words(), Calendar: w.cal,
			Platforms: []bot.Platform{fake}, Now: func() time.Time { return w.now },
		})
		post := bot.Post{Key: "k", To: bot.To{Person: zhao}, Face: bot.Face{Name: "issue", Of: x.Ref(), For: zhao}}
		ready, err := e.Prepare(t.Context(), []bot.Letter{{Post: post, UUID: post.SendUUID(), DueAt: w.now}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fake.Send(t.Context(), ready.Out); err != nil {
			t.Fatal(err)
		}
		papers := fake.Journal()[0].Papers
		if len(papers) != 1 || !strings.HasSuffix(papers[0].Name, "全文 v1.0.txt") {
			t.Fatalf("%s: %d papers", name, len(papers))
		}
		sum := fmt.Sprintf("%X", sha256.Sum256(papers[0].Body))
		if !strings.HasPrefix(sum, x.Code()) {
			t.Errorf("%s: the hash of the file is %s, the code %s", name, sum, x.Code())
		}
	}
}
