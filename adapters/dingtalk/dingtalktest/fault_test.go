package dingtalktest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const hello = `{"robotCode":"dingfake","openConversationId":"cidRoom+a/b==","msgKey":"sampleText","msgParam":"{\"content\":\"a\"}"}`

// TestFaultsOfCalls: what a client sees of each fault, and whether the message was
// taken nevertheless.
func TestFaultsOfCalls(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  Fault
		status int // 0: no answer
		say    string
		taken  int
	}{
		{"QPS", Fault{Kind: QPSLimit}, 403, "QpsLimitForAppkeyAndApi", 0},
		{"month", Fault{Kind: MonthlyLimit}, 403, "ApiCountLimitForOrg", 0},
		{"token", Fault{Kind: InvalidAuthentication}, 400, "InvalidAuthentication", 0},
		{"busy", Fault{Kind: SystemBusy}, 500, "system.busy", 0},
		{"unknown result", Fault{Kind: UnknownSendResult}, 500, "unknown.send.result", 1},
		{"code", Fault{Kind: Code, Code: "contain.sensitive", Status: 409}, 409, "contain.sensitive", 0},
		{"gateway", Fault{Kind: BadGateway}, 502, "<html>", 0},
		{"time-out", Fault{Kind: TimeoutAfterAccept}, 0, "", 1},
		{"hang", Fault{Kind: Hang}, 0, "", 0},
		{"reset", Fault{Kind: Reset}, 0, "", 0},
		{"this chat", Fault{Kind: SystemBusy, To: room}, 500, "system.busy", 0},
		{"another chat", Fault{Kind: SystemBusy, To: "cidElse"}, 200, "processQueryKey", 1},
		{"another path", Fault{Kind: SystemBusy, Path: "/v1.0/card/"}, 200, "processQueryKey", 1},
		{"every second", Fault{Kind: SystemBusy, Every: 2}, 200, "processQueryKey", 1},
		{"later", Fault{Kind: SystemBusy, After: time.Hour}, 200, "processQueryKey", 1},
		{"not a card", Fault{Kind: CardAlreadyExist}, 200, "processQueryKey", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, Options{})
			token, _ := s.issue()
			heal := s.Break(c.fault)
			ctx := t.Context()
			if c.status == 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 200*time.Millisecond)
				defer cancel()
			}
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+toGroup, bytes.NewReader([]byte(hello)))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("X-Acs-Dingtalk-Access-Token", token)
			response, err := http.DefaultClient.Do(request)
			switch {
			case err != nil && c.status != 0 || err == nil && c.status == 0:
				t.Fatal(err)
			case err == nil:
				body, _ := io.ReadAll(response.Body)
				response.Body.Close() //nolint:errcheck,gosec // it was read
				if response.StatusCode != c.status || !strings.Contains(string(body), c.say) {
					t.Errorf("%d %s", response.StatusCode, body)
				}
			}
			if n := len(s.Messages()); n != c.taken {
				t.Errorf("%d messages were taken", n)
			}
			heal()
			if status, out := do(t, s, http.MethodPost, "/v1.0/contact/users/search", object{"queryWord": "陈", "size": 1}); status != 200 {
				t.Error("healed, and yet", out)
			}
			if renewed := s.TokensIssued() == 2; renewed != (c.fault.Kind == InvalidAuthentication) {
				t.Error("tokens issued: ", s.TokensIssued())
			}
			clean(t, s)
		})
	}
}

// TestFaultsOfTheOldAPI: oapi says everything with HTTP 200.
func TestFaultsOfTheOldAPI(t *testing.T) {
	for _, c := range []struct {
		fault   Fault
		errcode float64
		sub     string
	}{
		{Fault{Kind: QPSLimit, Times: 1}, 88, "90018"},
		{Fault{Kind: MonthlyLimit, Times: 1}, 90020, ""},
		{Fault{Kind: InvalidAuthentication, Times: 1}, 88, "40014"},
		{Fault{Kind: Code, Code: "60011", Times: 1}, 60011, ""},
	} {
		s := start(t, Options{})
		s.Break(c.fault)
		status, out := do(t, s, http.MethodPost, "/topapi/v2/user/get", object{"userid": chen})
		if status != 200 || out["errcode"] != c.errcode || text(out["sub_code"]) != c.sub {
			t.Errorf("%s: %v", c.fault.Kind, out)
		}
		if _, out = do(t, s, http.MethodPost, "/topapi/v2/user/get", object{"userid": chen}); out["errcode"] != 0.0 {
			t.Errorf("%s struck twice: %v", c.fault.Kind, out)
		}
		clean(t, s)
	}
}

// TestFaultsOfOneChat: also a reply to its session and an update of its card are
// about a chat.
func TestFaultsOfOneChat(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	if _, err := s.Say(soon(t), room, chen, "@会办 帮助"); err != nil {
		t.Fatal(err)
	}
	_, data := c.next(t)
	hook := strings.TrimPrefix(text(data["sessionWebhook"]), s.URL())
	do(t, s, http.MethodPost, deliverCard, cardTo("here", room, object{"title": "a"}))
	do(t, s, http.MethodPost, deliverCard, cardTo("there", xu, object{"title": "a"}))
	update := func(track string) object {
		return object{"outTrackId": track, "userIdType": 1, "cardData": object{"cardParamMap": object{"title": "b"}}, "cardUpdateOptions": object{"updateCardDataByKey": true}}
	}
	s.Break(Fault{Kind: SystemBusy, To: room})
	if _, out := do(t, s, http.MethodPost, hook, object{"msgtype": "text", "text": object{"content": "a"}}); out["errcode"] != -1.0 {
		t.Error(out)
	}
	if status, out := do(t, s, http.MethodPut, updateCard, update("here")); status != 500 {
		t.Error(out)
	}
	if status, out := do(t, s, http.MethodPost, deliverCard, cardTo("new", room, object{"title": "a"})); status != 500 {
		t.Error(out)
	}
	if status, out := do(t, s, http.MethodPut, updateCard, update("there")); status != 200 || s.Struck(SystemBusy) != 3 {
		t.Error(out)
	}
	clean(t, s)
}

// TestFaultsOfSetUp: tokens and connections break only when the path says so, and
// what carries no token is never told that its token is invalid.
func TestFaultsOfSetUp(t *testing.T) {
	s := start(t, Options{})
	open := func() (int, object) {
		return do(t, s, http.MethodPost, "/v1.0/gateway/connections/open", object{"clientId": "dingfake", "clientSecret": "s"})
	}
	heal := s.Break(Fault{Kind: SystemBusy})
	if status, out := open(); status != 200 {
		t.Error(out)
	}
	heal()
	s.Break(Fault{Kind: Code, Path: "/v1.0/gateway/", Code: "authFailed", Status: 400, Times: 1})
	if status, out := open(); status != 400 || out["code"] != "authFailed" {
		t.Error(out)
	}
	s.Break(Fault{Kind: InvalidAuthentication, Path: "/v1.0/", Times: 1})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/v1.0/contact/users/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close() //nolint:errcheck,gosec // nobody reads it
	if s.Struck(InvalidAuthentication) != 0 {
		t.Error("it struck a call without a token")
	}
	noticed(t, s, "without a token")
}

func TestCardFaults(t *testing.T) {
	s := start(t, Options{})
	s.Break(Fault{Kind: CardAlreadyExist, Times: 1})
	status, out := do(t, s, http.MethodPost, deliverCard, cardTo("c1", room, object{"title": "a"}))
	if status != 400 || out["code"] != "param.cardAlreadyExist" || len(s.Messages()) != 1 {
		t.Error(status, out)
	}
	s.Break(Fault{Kind: NotDelivered, To: xu})
	status, out = do(t, s, http.MethodPost, deliverCard, cardTo("c2", xu, object{"title": "a"}))
	results, _ := inside(out, "result")["deliverResults"].([]any)
	if status != 200 || out["success"] != true || len(results) != 1 || results[0].(object)["success"] != false || len(s.Messages()) != 1 { //nolint:forcetypeassert // a panic fails too
		t.Error(status, out)
	}
	clean(t, s)
}

func TestFlowControl(t *testing.T) {
	s := start(t, Options{})
	s.Break(Fault{Kind: FlowControlled, To: xu, Times: 1})
	send := func() []any {
		_, out := do(t, s, http.MethodPost, toPeople, object{"robotCode": "dingfake", "userIds": []string{chen, xu}, "msgKey": "sampleText", "msgParam": `{"content":"a"}`})
		slow, _ := out["flowControlledStaffIdList"].([]any)
		return slow
	}
	if slow := send(); len(slow) != 1 || slow[0] != xu || len(s.Messages()) != 1 {
		t.Error(slow)
	}
	if slow := send(); len(slow) != 0 || len(s.Messages()) != 3 {
		t.Error(slow)
	}
	clean(t, s)
}
