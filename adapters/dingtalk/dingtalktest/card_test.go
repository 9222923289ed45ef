package dingtalktest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const askForm = `{"fields":[{"name":"why","label":"原因","type":"TEXT","required":true},
	{"name":"till","label":"到何时","type":"DATETIME"},{"name":"who","label":"交给","type":"SELECT","options":[{"value":"0101","text":"陈明"},{"value":"0102","text":"许哲"}],"defaultValue":{"index":1,"value":"0102"}},
	{"name":"some","label":"抄送","type":"MULTI_SELECT","options":[{"value":"a","text":"甲"},{"value":"b","text":"乙"}]},
	{"name":"loud","label":"提醒","type":"SWITCH"},{"name":"id","type":"TEXT","hidden":true,"defaultValue":"42"}]}`

// TestCreateCard: what the platform refuses, and what it takes and nobody can use.
func TestCreateCard(t *testing.T) {
	with := func(change func(object)) object {
		c := cardTo("c", room, object{"title": "a"})
		change(c)
		return c
	}
	params := func(p object) object {
		return with(func(c object) { c["cardData"] = object{"cardParamMap": p} })
	}
	for _, c := range []struct {
		name    string
		call    object
		code    string // "" is that it is taken
		noticed string // "" is nothing
	}{
		{"as it should be", params(object{"title": "a", "btns": twoButtons, "has_form": "true", "form": askForm}), "", ""},
		{"no such template", with(func(c object) { c["cardTemplateId"] = "x.schema" }), "param.templateNotExist", ""},
		{"not published", with(func(c object) { c["cardTemplateId"] = "draft.schema" }), "param.templateUnpublished", ""},
		{"a number", params(object{"title": 1}), "invalidParameter.cardParamMap", "no string"},
		{"an object", params(object{"form": object{}}), "invalidParameter.cardParamMap", "no string"},
		{"too much", params(object{"body": strings.Repeat("x", 101<<10)}), "invalidParameter.cardParamMap", "100 KB"},
		{"no outTrackId", with(func(c object) { c["outTrackId"] = "" }), "invalidParameter.outTrackId", "outTrackId"},
		{"a long outTrackId", with(func(c object) { c["outTrackId"] = strings.Repeat("x", 101) }), "invalidParameter.outTrackId", "outTrackId"},
		{"no prefix", with(func(c object) { c["openSpaceId"] = "IM_GROUP." + room }), "param.openSpaceIdInvalid", "openSpaceId"},
		{"no space model", with(func(c object) { delete(c, "imGroupOpenSpaceModel") }), "invalidParameter.IM_GROUP", "supportForward"},
		{"no robotCode", with(func(c object) { c["imGroupOpenDeliverModel"] = object{} }), "invalidParameter.IM_GROUP", "robotCode"},
		{"no callbackType", with(func(c object) { delete(c, "callbackType") }), "", "taps will reach nobody"},
		{"no userIdType", with(func(c object) { delete(c, "userIdType") }), "", "userIdType"},
		{"empty", params(object{}), "", "empty"},
		{"an unknown variable", params(object{"titel": "a"}), "", "no variable titel"},
		{"buttons that are none", params(object{"btns": `{"text":"a"}`}), "", "no list of buttons"},
		{"a button of no color", params(object{"btns": strings.ReplaceAll(twoButtons, "blue", "green")}), "", "green"},
		{"a button of no use", params(object{"btns": strings.ReplaceAll(twoButtons, "sendCardRequest", "openLink")}), "", "does nothing"},
		{"a form of no type", params(object{"form": strings.ReplaceAll(askForm, "SWITCH", "USER")}), "", "no type"},
		{"a select of nothing", params(object{"form": `{"fields":[{"name":"a","label":"a","type":"SELECT"}]}`}), "", "nothing to choose"},
		{"a dtmd link", params(object{"body": "[a](dtmd://dingtalkclient/sendMessage?content=a)"}), "", "dtmd"},
		{"a ring for a stranger", with(func(c object) { inside(c, "imGroupOpenDeliverModel")["atUserIds"] = object{"x": "某人"} }), "", "nobody of the group"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, Options{})
			s.AddTemplate(Template{ID: "draft.schema", Unpublished: true})
			status, out := do(t, s, http.MethodPost, deliverCard, c.call)
			if taken := status == 200; taken != (c.code == "") || !taken && out["code"] != c.code || taken != (len(s.Messages()) == 1) {
				t.Error(status, out)
			}
			if c.noticed == "" {
				clean(t, s)
			} else {
				noticed(t, s, c.noticed)
			}
		})
	}
}

// TestOneCardInManySpaces: one update changes all copies; what cannot be delivered
// is said inside of a success.
func TestOneCardInManySpaces(t *testing.T) {
	s := start(t, Options{})
	call := cardTo("c", room, object{"title": "a"})
	maps.Copy(call, cardTo("c", xu, object{"title": "a"}))
	call["openSpaceId"] = "dtv1.card//IM_GROUP." + room + ";IM_ROBOT." + xu + ";IM_ROBOT.nobody;IM_GROUP.cidElse"
	inside(call, "imGroupOpenDeliverModel")["atUserIds"] = object{xu: "许哲"}
	_, out := do(t, s, http.MethodPost, deliverCard, call)
	results, _ := inside(out, "result")["deliverResults"].([]any)
	var went []any
	for _, r := range results {
		went = append(went, r.(object)["success"]) //nolint:forcetypeassert // a panic fails too
	}
	if !slices.Equal(went, []any{true, true, false, false}) {
		t.Error(out)
	}
	if status, out := do(t, s, http.MethodPost, deliverCard, call); status != 400 || out["code"] != "param.cardAlreadyExist" {
		t.Error(out)
	}
	do(t, s, http.MethodPut, updateCard, object{"outTrackId": "c", "userIdType": 1, "cardData": object{"cardParamMap": object{"title": "b"}}, "cardUpdateOptions": object{"updateCardDataByKey": true}})
	all := s.Messages()
	if len(all) != 2 || all[0].Text() != "b" || all[1].Text() != "b" || !slices.Equal(all[0].Notified, []string{xu}) || all[1].To != xu {
		t.Errorf("%+v", all)
	}
	if status, out := do(t, s, http.MethodPut, updateCard, object{"outTrackId": "x", "userIdType": 1}); status != 400 || out["code"] != "param.cardNotExist" {
		t.Error(out)
	}
	clean(t, s)
}

func TestCreateAndDeliverApart(t *testing.T) {
	s := start(t, Options{})
	call := cardTo("c", room, object{"title": "a"})
	if status, out := do(t, s, http.MethodPost, "/v1.0/card/instances/deliver", call); status != 400 || out["code"] != "param.cardNotExist" {
		t.Error(out)
	}
	do(t, s, http.MethodPost, "/v1.0/card/instances", call)
	if len(s.Messages()) != 0 {
		t.Error("it is only made")
	}
	do(t, s, http.MethodPost, "/v1.0/card/instances/deliver", call)
	if all := s.Messages(); len(all) != 1 || all[0].Text() != "a" {
		t.Error(all)
	}
	clean(t, s)
}

func TestUpdateThatWipes(t *testing.T) {
	s := start(t, Options{})
	do(t, s, http.MethodPost, deliverCard, cardTo("c", room, object{"title": "a", "footer": "f"}))
	do(t, s, http.MethodPut, updateCard, object{"outTrackId": "c", "userIdType": 1, "cardData": object{"cardParamMap": object{"title": "b"}}})
	if got := s.Messages()[0].Text(); got != "b" {
		t.Error(got)
	}
	noticed(t, s, "footer is wiped")
}

// TestPrivateFaces: who sees a card, and what only he sees on it.
func TestPrivateFaces(t *testing.T) {
	s := start(t, Options{})
	connect(t, s, nil)
	call := cardTo("c", room, object{"title": "a", "btns": twoButtons})
	call["privateData"] = object{xu: object{"cardParamMap": object{"title": "我的"}}}
	inside(call, "imGroupOpenDeliverModel")["recipients"] = []string{xu}
	do(t, s, http.MethodPost, deliverCard, call)
	m := s.Messages()[0]
	if !strings.HasPrefix(m.TextFor(xu), "我的\n") || !strings.HasPrefix(m.TextFor(chen), "a\n") {
		t.Error(m.TextFor(xu), m.TextFor(chen))
	}
	if _, err := s.TapButton(soon(t), m.ID, chen, "确认", nil); err == nil {
		t.Error("who does not see it tapped it")
	}
	if a, err := s.TapButton(soon(t), m.ID, xu, "确认", nil); err != nil || !a.Heard {
		t.Error(a, err)
	}
	clean(t, s)
}

// TestUnionIDs: userIdType 2 names everybody by unionId, there and back.
func TestUnionIDs(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	call := cardTo("c", "union-"+xu, object{"title": "a", "btns": twoButtons})
	call["userIdType"], call["privateData"] = 2, object{"union-" + xu: object{"cardParamMap": object{"tag": "您的"}}}
	do(t, s, http.MethodPost, deliverCard, call)
	m := s.Messages()[0]
	if m.To != xu || !strings.HasPrefix(m.TextFor(xu), "a\n您的") {
		t.Error(m.To, m.TextFor(xu))
	}
	if _, err := s.TapButton(soon(t), m.ID, xu, "确认", nil); err != nil {
		t.Fatal(err)
	}
	if _, data := c.next(t); data["userId"] != "union-"+xu || data["userIdType"] != 2.0 {
		t.Error(data)
	}
	clean(t, s)
}

// TestOvertaken: who updates a card from inside of a tap's handler is told.
func TestOvertaken(t *testing.T) {
	s := start(t, Options{})
	connect(t, s, func(frame) (int, string) {
		do(t, s, http.MethodPut, updateCard, object{"outTrackId": "c", "userIdType": 1, "cardData": object{"cardParamMap": object{"title": "b"}}, "cardUpdateOptions": object{"updateCardDataByKey": true}})
		return 200, `{"response":null}`
	})
	do(t, s, http.MethodPost, deliverCard, cardTo("c", room, object{"title": "a", "btns": twoButtons}))
	if a, err := s.TapButton(soon(t), s.Messages()[0].ID, xu, "确认", nil); err != nil || !a.Overtaken {
		t.Errorf("%+v %v", a, err)
	}
	clean(t, s)
}

// TestPaceOfUpdates: two updates of one card within half a second are noticed.
func TestPaceOfUpdates(t *testing.T) {
	s := start(t, Options{})
	s.EnforceRates(true)
	do(t, s, http.MethodPost, deliverCard, cardTo("c", room, object{"title": "a"}))
	for range 2 {
		do(t, s, http.MethodPut, updateCard, object{"outTrackId": "c", "userIdType": 1})
	}
	noticed(t, s, "twice within half a second")
}

// TestForm: what the client sends of a form, and what it does not let a person do.
func TestForm(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	do(t, s, http.MethodPost, deliverCard, cardTo("c", xu, object{"title": "a", "has_form": "true", "form": askForm}))
	m := s.Messages()[0]
	if !slices.Equal(m.Buttons(), []string{"提交"}) || !slices.Equal(m.Fields(xu), []string{"why", "till", "who", "some", "loud"}) || m.Text() != "a\n原因：____\n到何时：____\n交给：____\n抄送：____\n提醒：____\n[提交]" {
		t.Error(m.Buttons(), m.Fields(xu), m.Text())
	}
	for _, bad := range []map[string]any{
		{}, {"原因": ""}, {"原因": "a", "到何时": "明天"}, {"原因": "a", "who": "王五"}, {"原因": "a", "id": "43"}, {"原因": "a", "无": "a"},
		{"原因": 7}, {"原因": "a", "loud": "yes"}, {"原因": "a", "some": "甲"}, {"原因": "a", "some": []string{"丙"}},
	} {
		if _, err := s.TapButton(soon(t), m.ID, xu, "提交", bad); err == nil {
			t.Errorf("the client let %v through", bad)
		}
	}
	a, err := s.TapButton(soon(t), m.ID, xu, "提交", map[string]any{"原因": "等货", "till": "2026-12-01 18:00", "some": []string{"乙"}, "loud": true})
	if err != nil || !a.Heard || a.Changed {
		t.Fatal(a, err)
	}
	_, data := c.next(t)
	want := `{"cardPrivateData":{"actionIds":["form"],"params":{"form":{"id":"42","loud":true,"some":{"index":[1],"value":["b"]},"till":"2026-12-01 18:00","who":{"index":1,"value":"0102"},"why":"等货"}}}}`
	if data["content"] != want {
		t.Error(data["content"])
	}
	clean(t, s)
}

// TestAnswersToTaps: what the client does not understand changes nothing.
func TestAnswersToTaps(t *testing.T) {
	for _, c := range []struct {
		code    int
		data    string
		changed bool
		noticed string
	}{
		{200, `{"response":{"cardUpdateOptions":{"updateCardDataByKey":true},"cardData":{"cardParamMap":{"title":"b"}}}}`, true, ""},
		{200, `{"response":null}`, false, ""},
		{200, `{}`, false, ""},
		{200, `{"response":{"cardData":{"cardParamMap":{"title":1}}}}`, false, "no string"},
		{200, `{"response":{"cardData":{"cardParamMap":{"title":"b"}}}}`, true, "btns is wiped"},
		{200, `{"cardData":{}}`, false, "no {response}"},
		{500, ``, false, "answered 500"},
		{0, ``, false, "no answer within"},
	} {
		t.Run(fmt.Sprint(c.code, c.data), func(t *testing.T) {
			o := Options{}
			if c.code == 0 {
				o.TapWithin = 20 * time.Millisecond
			}
			s := start(t, o)
			connect(t, s, func(frame) (int, string) { return c.code, c.data })
			do(t, s, http.MethodPost, deliverCard, cardTo("c", room, object{"title": "a", "btns": twoButtons}))
			m := s.Messages()[0]
			a, err := s.TapButton(soon(t), m.ID, xu, "确认", nil)
			m, _ = s.Message(m.ID)
			if err != nil || a.Changed != c.changed || a.Heard != (c.code == 200) || strings.HasPrefix(m.TextFor(xu), "b") != c.changed || !strings.HasPrefix(m.Text(), "a") {
				t.Errorf("%+v %v %s", a, err, m.TextFor(xu))
			}
			if c.noticed == "" {
				clean(t, s)
			} else {
				noticed(t, s, c.noticed)
			}
		})
	}
}

func TestTapsThatReachNobody(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	s.AddTemplate(Template{ID: template, Foreign: true})
	do(t, s, http.MethodPost, deliverCard, cardTo("foreign", room, object{"title": "a", "btns": twoButtons}))
	m := s.Messages()[0]
	if m.Text() != unloaded || len(m.Buttons()) != 0 {
		t.Error(m.Text())
	}
	if _, err := s.TapButton(soon(t), m.ID, xu, "确认", nil); err == nil {
		t.Error("a card that is not drawn was tapped")
	}
	s.AddTemplate(Template{ID: template})
	for _, label := range []string{"完成", "没有"} {
		if _, err := s.TapButton(soon(t), m.ID, xu, label, nil); err == nil {
			t.Error(label, "was tapped")
		}
	}
	clean(t, s)
	deaf := cardTo("deaf", room, object{"title": "a", "btns": twoButtons})
	deaf["callbackType"] = "HTTP"
	do(t, s, http.MethodPost, deliverCard, deaf)
	if a, err := s.TapButton(soon(t), s.Messages()[1].ID, xu, "确认", nil); err != nil || !a.TimedOut || len(c.got) != 0 {
		t.Error(a, err)
	}
}
