package bot_test

import (
	"strings"
	"testing"

	"huiban/bot"
)

// TestDraft_MissingPartsAreAskedAndFilledByWords: what was understood is kept,
// the next line of the same person fills it.
func TestDraft_MissingPartsAreAskedAndFilledByWords(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 写完接口文档")
	says(t, r.said(), "toy:g < 还差  | 责任人 截止")
	r.say("toy:owner", "@会办 @许哲，8月17日17:00") // it was not them who were asked
	if len(r.tasks()) != 0 {
		t.Fatal("somebody else filled the draft")
	}
	r.say("toy:host", "@会办 @许哲")
	r.say("toy:host", "@会办 8月17日17:00")
	if len(r.tasks()) != 1 || r.tasks()[0].Description != "写完接口文档" || !r.tasks()[0].Due.Equal(at(t, "17 17:00")) {
		t.Errorf("%+v\n%s", r.tasks(), r.said())
	}
}

// TestR66_AskingDrawsNoNumber: the first task of a day is its first, however
// often somebody was asked for a missing part before.
func TestR66_AskingDrawsNoNumber(t *testing.T) {
	r := newRig(t)
	for range 3 {
		r.say("toy:host", "@会办 派 写完接口文档")
		r.say("toy:host", "@会办 派 @张三丰 写完接口文档 8月17日17:00")
	}
	r.say("toy:host", given)
	if no := r.tasks()[0].No; no != "T-20260812-00-01" {
		t.Errorf("the first task is %s", no)
	}
}

func TestDraft_FormFillsItAndOnlyForWhoWasAsked(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 写完接口文档")
	_, button := r.button("toy:g", "派")
	form := map[string][]string{"责任人": {"@{p2}"}, "截止": {"2026-08-17 17:00"}}
	if a := r.tap("toy:owner", "toy:g", "派", form); !strings.Contains(a.Toast, "问的是周敏") || len(r.tasks()) != 0 {
		t.Errorf("%+v", a)
	}
	if a := r.tap("toy:host", "toy:g", "派", map[string][]string{"责任人": {"@{p2}"}}); a.Card == nil || strings.TrimSpace(a.Card.Body) != "截止" {
		t.Errorf("after half of it: %+v", a)
	}
	a := r.tap("toy:host", "toy:g", "派", form)
	if len(r.tasks()) != 1 || a.Card == nil || a.Card.Title != "还差 done" {
		t.Errorf("%+v\n%s", a, r.said())
	}
	if a := r.press("toy:host", "m1", "toy:g", button, form); a.Toast != "已经办完" || len(r.tasks()) != 1 {
		t.Errorf("a settled form was taken again: %+v", a)
	}
}

func TestDraft_CanBeGivenUpAndIsBeatenByAFullCommand(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 写完接口文档")
	r.say("toy:host", "@会办 派 @许哲 画好原型 8月18日17:00")
	if len(r.tasks()) != 1 || r.tasks()[0].Description != "画好原型" {
		t.Errorf("%+v", r.tasks())
	}
	r.say("toy:host", "@会办 不记了")
	r.say("toy:host", "@会办 @许哲，8月17日17:00")
	if len(r.tasks()) != 1 || !strings.Contains(r.said(), "放下 派") {
		t.Errorf("%d tasks\n%s", len(r.tasks()), r.said())
	}
}

// TestDraft_ExpiresAfterADayWithNotice, and outside quiet time (R90).
func TestDraft_ExpiresAfterADayWithNotice(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 写完接口文档")
	r.pass(at(t, "13 13:59"))
	if strings.Contains(r.said(), "过期") {
		t.Fatal("too early")
	}
	r.pass(at(t, "13 14:00"))
	if !strings.Contains(r.said(), "toy:host < 过期 派") {
		t.Errorf("said:\n%s", r.said())
	}
	r.say("toy:host", "@会办 @许哲，8月17日17:00")
	if len(r.tasks()) != 0 {
		t.Error("an expired draft was filled")
	}
}

// TestDraft_TapInAGroupIsAskedPrivately: a question about one person's words
// does not stand in the group.
func TestDraft_TapInAGroupIsAskedPrivately(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", given)
	_, b := r.button("toy:g", "确认")
	b.Do.Command, b.Do.Args = "派", map[string]string{"任务": "再写一份"}
	a := r.press("toy:host", "m1", "toy:g", b, nil)
	r.send()
	if a.Toast != "私聊里问您" || !strings.Contains(r.said(), "toy:host < 还差") {
		t.Errorf("%+v\n%s", a, r.said())
	}
}

func TestDraft_KeepsTheFilesThatCameWithIt(t *testing.T) {
	r := newRig(t)
	f, err := r.store.PutFile(t.Context(), "证据.txt", strings.NewReader("写好了"))
	must(t, err)
	r.privately("toy:host", "派 写完接口文档", f.ID)
	var have string
	must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
		d, err := tx.OpenDraft("", 1)
		if err == nil {
			have = d.Have[bot.ArgFiles]
		}
		return err
	}))
	if !strings.Contains(have, "证据.txt") {
		t.Errorf("kept %q", have)
	}
}

// On chat platforms a file comes without words: it is never lost without a word.
func TestMessage_FilesWithoutWords(t *testing.T) {
	r := newRig(t)
	f, err := r.store.PutFile(t.Context(), "证据.txt", strings.NewReader("写好了"))
	must(t, err)
	r.privately("toy:host", "", f.ID)
	if !strings.Contains(r.said(), "单独的文件 证据.txt") {
		t.Errorf("said\n%s", r.said())
	}
	m := r.line("big", "toy:host", "")
	m.Chat, m.Private, m.Unusable = "toy:p-host", true, []string{"太大@{p1}.zip"}
	must(t, r.e.Message(t.Context(), m))
	r.send()
	if !strings.Contains(r.said(), "没收下 太大＠{p1}.zip") {
		t.Errorf("said\n%s", r.said())
	}
}

// Who is only named need not have been met: the platform knows who that is.
func TestMessage_NamesWhoWasNeverMet(t *testing.T) {
	r := newRig(t)
	r.privately("toy:host", "派 赵倩 写完接口文档")
	if strings.Contains(r.said(), "没有找到") {
		t.Errorf("said\n%s", r.said())
	}
	must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
		_, err := tx.PersonOf("toy:other")
		return err
	}))
}
