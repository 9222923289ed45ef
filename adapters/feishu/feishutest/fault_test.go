package feishutest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestFaultsOfCalls: what a client sees of each fault, and whether the message was
// taken nevertheless.
func TestFaultsOfCalls(t *testing.T) {
	for _, c := range []struct {
		fault  Fault
		status int // 0: no answer
		say    string
		taken  int
	}{
		{Fault{Kind: RateLimited}, 429, "99991400", 0},
		{Fault{Kind: BusyTarget}, 400, "230020", 0},
		{Fault{Kind: InFlight}, 400, "230049", 0},
		{Fault{Kind: QuotaUsedUp}, 400, "99991403", 0},
		{Fault{Kind: Code, Code: 230013}, 400, "230013", 0},
		{Fault{Kind: TokenExpired}, 400, "99991663", 0},
		{Fault{Kind: BadGateway}, 502, "<html>", 0},
		{Fault{Kind: TimeoutAfterAccept}, 0, "", 1},
		{Fault{Kind: Hang}, 0, "", 0},
		{Fault{Kind: Reset}, 0, "", 0},
		{Fault{Kind: BusyTarget, To: room}, 400, "230020", 0},
		{Fault{Kind: BusyTarget, To: "oc_elsewhere"}, 200, `"code":0`, 1},
		{Fault{Kind: BusyTarget, Path: "/open-apis/contact/"}, 200, `"code":0`, 1},
		{Fault{Kind: BusyTarget, Every: 2}, 200, `"code":0`, 1},
		{Fault{Kind: BusyTarget, After: time.Hour}, 200, `"code":0`, 1},
	} {
		t.Run(string(c.fault.Kind)+c.fault.To+c.fault.Path, func(t *testing.T) {
			s := start(t, Options{})
			token := tokenOf(t, s)
			heal := s.Break(c.fault)
			ctx := t.Context()
			if c.status == 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 300*time.Millisecond)
				defer cancel()
			}
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+sending, bytes.NewReader([]byte(`{"receive_id":"oc_room","msg_type":"text","content":"{\"text\":\"a\"}","uuid":"u"}`)))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer "+token)
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
				if c.fault.Kind == RateLimited && response.Header.Get("X-Ogw-Ratelimit-Reset") != "1" {
					t.Error(response.Header)
				}
			}
			if n := len(s.Messages()); n != c.taken {
				t.Errorf("%d messages were taken", n)
			}
			heal()
			token = tokenOf(t, s)
			if s.EnforceRates(false); len(s.Messages()) == 0 {
				if code, out := rest(t, s, http.MethodGet, "/open-apis/bot/v3/info", token, nil); code != 0 {
					t.Error("healed, and yet", out)
				}
			}
			clean(t, s)
		})
	}
}

func TestFaultTimes(t *testing.T) {
	s := start(t, Options{})
	token := tokenOf(t, s)
	s.Break(Fault{Kind: Code, Code: 1, Times: 2})
	s.Break(Fault{Kind: Code, Code: 2, Every: 2})
	var got []int
	for range 6 {
		code, _ := rest(t, s, http.MethodGet, "/open-apis/bot/v3/info", token, nil)
		got = append(got, code)
	}
	want := []int{1, 1, 0, 2, 0, 2}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%v, not %v", got, want)
		}
	}
	if s.Struck(Code) != 4 || s.Calls("GET /open-apis/bot/v3/info$") != 6 || s.Calls("/open-apis/bot") != 6 || s.Calls("/open-apis/bot$") != 0 {
		t.Error(s.Struck(Code))
	}
}

func TestRates(t *testing.T) {
	s := start(t, Options{})
	token := tokenOf(t, s)
	s.EnforceRates(true)
	refusals := 0
	for i := range 12 {
		if code, _ := rest(t, s, http.MethodPost, sending, token, text(room, "a", "u"+string(rune('a'+i)))); code == 230020 {
			refusals++
		}
	}
	if refusals == 0 || len(s.Problems()) != refusals {
		t.Errorf("%d refusals of 12 in a burst, %q", refusals, s.Problems())
	}
}

// TestImpatience: who is told to wait a second, and does not, is noticed.
func TestImpatience(t *testing.T) {
	s := start(t, Options{})
	token := tokenOf(t, s)
	s.Break(Fault{Kind: RateLimited, Times: 1})
	for range 2 {
		rest(t, s, http.MethodPost, sending, token, text(room, "a", "u"))
	}
	if p := s.Problems(); len(p) != 1 || !strings.Contains(p[0], "told to wait") {
		t.Errorf("%q", p)
	}
}

func TestAwait(t *testing.T) {
	s := start(t, Options{})
	token := tokenOf(t, s)
	found := make(chan Message, 1)
	go func() {
		m, err := s.Await(soon(t), func(m Message) bool { return m.To == xu })
		if err != nil {
			t.Error(err)
		}
		found <- m
	}()
	rest(t, s, http.MethodPost, sending, token, text(room, "a", "u"))
	rest(t, s, http.MethodPost, strings.Replace(sending, "chat_id", "open_id", 1), token, text(xu, "b", "v"))
	if m := <-found; m.Text() != "b" {
		t.Errorf("%+v", m)
	}
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := s.Await(short, func(Message) bool { return false }); err == nil || !strings.Contains(err.Error(), "b") {
		t.Errorf("an error shows what was said: %v", err)
	}
}
