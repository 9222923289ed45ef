package dingtalktest

import (
	"net/http"
	"slices"
	"testing"
)

// TestStory: a person asks in the group, the app answers with a card there, a
// person taps it and sees the answer at once, the others after the update.
func TestStory(t *testing.T) {
	s := start(t, Options{ClientSecret: "s"})
	c := connect(t, s, func(f frame) (int, string) {
		if f.Headers["topic"] != cardTopic {
			return http.StatusOK, ""
		}
		return http.StatusOK, `{"response":{"cardUpdateOptions":{"updateCardDataByKey":true},"cardData":{"cardParamMap":{"tag":"已确认"}},"userPrivateData":{"cardParamMap":{"footer":"是您的"}}}}`
	})
	d, err := s.Say(soon(t), room, chen, "@会办 待办 @许哲 补齐报价")
	if err != nil || !d.Acked || d.Code != 200 || d.Deliveries != 1 {
		t.Fatalf("%+v %v", d, err)
	}
	f, data := c.next(t)
	if f.Type != "CALLBACK" || f.Headers["messageId"] == d.MessageID || data["msgId"] != d.MessageID || data["robotCode"] != "dingfake" {
		t.Errorf("%v %v", f.Headers, data)
	}
	status, out := do(t, s, http.MethodPost, deliverCard, cardTo("m1", room, object{"title": "待办 T17", "tag": "待确认", "body": "补齐**报价**", "btns": twoButtons}))
	if status != http.StatusOK || out["success"] != true {
		t.Fatal(out)
	}
	m := s.Messages()[0]
	if m.Text() != "待办 T17\n待确认\n补齐报价\n[确认]\n[完成]" || m.Title != "待办" || !slices.Equal(m.Buttons(), []string{"确认"}) {
		t.Error(m.Text(), m.Title, m.Buttons())
	}
	a, err := s.TapButton(soon(t), m.ID, xu, "确认", nil)
	if err != nil || !a.Heard || !a.Changed || a.TimedOut || a.Overtaken {
		t.Fatalf("%+v %v", a, err)
	}
	_, data = c.next(t)
	if text(data["content"]) != `{"cardPrivateData":{"actionIds":["ack"],"params":{"k":"a1","t":17}}}` || data["userId"] != xu || data["spaceId"] != room || data["outTrackId"] != "m1" {
		t.Error(data)
	}
	m = s.Messages()[0]
	if got := m.TextFor(xu); got != "待办 T17\n已确认\n补齐报价\n[确认]\n[完成]\n是您的" {
		t.Error("who tapped reads", got)
	}
	if got := m.TextFor(chen); got != "待办 T17\n待确认\n补齐报价\n[确认]\n[完成]" {
		t.Error("the others read", got)
	}
	do(t, s, http.MethodPut, updateCard, object{
		"outTrackId": "m1", "userIdType": 1, "cardData": object{"cardParamMap": object{"tag": "已接收"}}, "cardUpdateOptions": object{"updateCardDataByKey": true},
	})
	m = s.Messages()[0]
	if m.TextFor(chen) != "待办 T17\n已接收\n补齐报价\n[确认]\n[完成]" || m.TextFor(xu) != m.TextFor(chen)+"\n是您的" || m.Edits != 1 {
		t.Error(m.TextFor(chen), m.TextFor(xu))
	}
	clean(t, s)
}

// TestStoryWithoutCards: an action card in the single chat, whose button says
// something for the person.
func TestStoryWithoutCards(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	_, out := do(t, s, http.MethodPost, toPeople, object{
		"robotCode": "dingfake", "userIds": []string{xu, guest, "nobody"}, "msgKey": "sampleActionCard2",
		"msgParam": `{"title":"任务 T17","text":"### 任务 T17\n\n整理\n报价单","actionTitle1":"确认","actionURL1":"dtmd://dingtalkclient/sendMessage?content=%E7%A1%AE%E8%AE%A4%20T17","actionTitle2":"看","actionURL2":"https://example.com"}`,
	})
	if invalid, _ := out["invalidStaffIdList"].([]any); len(invalid) != 2 || text(out["processQueryKey"]) == "" {
		t.Fatal(out)
	}
	m, err := s.Await(soon(t), func(m Message) bool { return m.To == xu })
	if err != nil || m.Text() != "任务 T17\n整理 报价单\n[确认]\n[看]" {
		t.Fatal(m.Text(), err)
	}
	d, err := s.TapLink(soon(t), m.ID, xu, "确认")
	if err != nil || !d.Acked {
		t.Fatalf("%+v %v", d, err)
	}
	_, data := c.next(t)
	if inside(data, "text")["content"] != "确认 T17" || data["conversationType"] != "1" || data["senderStaffId"] != xu {
		t.Error(data)
	}
	if d, err = s.TapLink(soon(t), m.ID, xu, "看"); err != nil || d.Deliveries != 0 {
		t.Errorf("a page opens and nobody is told: %+v %v", d, err)
	}
	if _, err = s.TapLink(soon(t), m.ID, chen, "看"); err == nil {
		t.Error("it is not before him")
	}
	clean(t, s)
}
