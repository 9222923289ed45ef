package dingtalktest

import (
	"net/http"
	"testing"
)

// TestFaces: how a card looked before each edit, what its form asks, and what a
// button sends.
func TestFaces(t *testing.T) {
	s := start(t, Options{})
	do(t, s, http.MethodPost, deliverCard, cardTo("c", xu, object{"title": "一", "btns": twoButtons, "has_form": "true", "form": askForm}))
	for _, title := range []string{"二", "三"} {
		do(t, s, http.MethodPut, updateCard, object{
			"outTrackId": "c", "userIdType": 1, "cardData": object{"cardParamMap": object{"title": title, "has_form": "false"}},
			"cardUpdateOptions": object{"updateCardDataByKey": true},
		})
	}
	m := s.Messages()[0]
	faces := m.Faces()
	if len(faces) != 3 {
		t.Fatal(faces)
	}
	for i, title := range []string{"一", "二", "三"} {
		if got := faces[i].Text(); got[:len(title)] != title || faces[i].Edits != i {
			t.Errorf("face %d of %d edits: %s", i, faces[i].Edits, got)
		}
	}
	fields := faces[0].Form(xu)
	if len(fields) != 5 || fields[2].Label != "交给" || fields[2].Options[1] != (Choice{"0102", "许哲"}) || !fields[0].Required || fields[2].Default == nil {
		t.Error(fields)
	}
	if asks := m.Form(xu); asks != nil {
		t.Error("the form is gone:", asks)
	}
	if sent := m.Sends(xu, "确认"); sent["k"] != "a1" {
		t.Error(sent)
	}
	if sent := m.Sends(xu, "没有"); sent != nil {
		t.Error(sent)
	}
	clean(t, s)
}
