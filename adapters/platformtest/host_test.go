package platformtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start serves until the test ends.
func start(t *testing.T, handler func(*Host) http.HandlerFunc) *Host {
	t.Helper()
	h, err := Listen()
	if err != nil {
		t.Fatal(err)
	}
	h.Serve(handler(h))
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	return h
}

// accepting counts calls and answers with what they say.
func accepting(h *Host) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if c, whole := h.Accept(w, r); whole {
			h.WriteJSON(w, http.StatusAccepted, map[string]any{"said": string(c.Body)})
		}
	}
}

// call is one call; no answer is status 0.
func call(t *testing.T, within time.Duration, method, url, body string) (status int, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// past is a context that ended.
func past(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// TestCalls: by path or by method and path, by the beginning or exactly.
func TestCalls(t *testing.T) {
	h := start(t, accepting)
	for _, c := range []string{"GET /v1/cards", "PUT /v1/cards", "PUT /v1/cards/7", "GET /v1/people?name=x"} {
		method, path, _ := strings.Cut(c, " ")
		if status, said := call(t, 10*time.Second, method, h.URL()+path, "a"); status != http.StatusAccepted || said != `{"said":"a"}` {
			t.Fatal(status, said)
		}
	}
	for path, want := range map[string]int{
		"": 4, "/v1/cards": 3, "/v1/cards$": 2, "PUT /v1/cards": 2, "PUT /v1/cards$": 1, "/v1/people$": 1, "PUT /v1/people": 0, "/cards": 0, "$": 0,
	} {
		if n := h.Calls(path); n != want {
			t.Errorf("%q: %d calls, not %d", path, n, want)
		}
	}
}

// TestProblemsAreKept in their order, and nobody can take one back.
func TestProblemsAreKept(t *testing.T) {
	h := start(t, accepting)
	h.Problemf("first %d", 1)
	h.Problems()[0] = "nothing"
	if h.Decode(&Call{Request: httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), Body: []byte("{")}, &struct{}{}) {
		t.Error("half an object is no JSON")
	}
	p := h.Problems()
	if len(p) != 2 || p[0] != "first 1" || !strings.Contains(p[1], "not the JSON") {
		t.Errorf("%q", p)
	}
}

func TestIDsAreNew(t *testing.T) {
	h := start(t, accepting)
	if a, b := h.ID("x"), h.ID("x"); a == b || !strings.HasPrefix(a, "x") {
		t.Error(a, b)
	}
}

// TestCloseEndsWhatWasStarted: what runs, what waits and what is connected.
func TestCloseEndsWhatWasStarted(t *testing.T) {
	h, err := Listen()
	if err != nil {
		t.Fatal(err)
	}
	h.Serve(http.NotFoundHandler())
	var ended []string
	slept := make(chan struct{})
	h.Background(func() {
		if !h.Sleep(time.Hour) {
			ended = append(ended, "sleep")
		}
		close(slept)
	})
	h.Background(func() {
		<-h.Life().Done()
		<-slept
		ended = append(ended, "life")
	})
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if !slices.Equal(ended, []string{"sleep", "life"}) {
		t.Errorf("ended when Close returned: %q", ended)
	}
	if h.Background(func() { t.Error("it ran after Close") }) {
		t.Error("something began after Close")
	}
	if status, _ := call(t, 10*time.Second, http.MethodGet, h.URL(), ""); status != 0 {
		t.Error("a closed server answered", status)
	}
	if p := h.Problems(); len(p) != 0 {
		t.Errorf("closing is no problem: %q", p)
	}
}

// TestCloseLeavesTheApp: no connection to what was posted to stays open.
func TestCloseLeavesTheApp(t *testing.T) {
	left := make(chan struct{}, 1)
	app := httptest.NewUnstartedServer(http.NotFoundHandler())
	app.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			left <- struct{}{}
		}
	}
	app.Start()
	defer app.Close()
	h := start(t, accepting)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, app.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := h.Client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Error(err)
	}
	response.Body.Close() //nolint:errcheck,gosec // it was read
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	select {
	case <-left:
	case <-soon(t).Done():
		t.Error("the connection to the app stays open")
	}
}

func TestSleepPasses(t *testing.T) {
	if h := start(t, accepting); !h.Sleep(time.Millisecond) {
		t.Error("a millisecond did not pass")
	}
}

// TestChangesWake: whoever waits looks again at each kind of change.
func TestChangesWake(t *testing.T) {
	h := start(t, accepting)
	for name, change := range map[string]func(){
		"touch": h.Touch, "problem": func() { h.Problemf("a") }, "underway": func() { h.Underway(1) },
	} {
		looks := 0
		err := h.Until(soon(t), func() bool {
			looks++
			if looks == 1 {
				go change()
			}
			return looks == 2
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.Until(past(t), func() bool { return false }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := h.Until(past(t), func() bool { return true }); err != nil {
		t.Error("what is there already needs no wait: ", err)
	}
}

func TestSettle(t *testing.T) {
	h := start(t, accepting)
	h.Underway(2)
	h.Underway(-1)
	if err := h.Settle(past(t)); err == nil || !strings.HasPrefix(err.Error(), "1 ") {
		t.Error(err)
	}
	go h.Underway(-1)
	if err := h.Settle(soon(t)); err != nil || h.Pending() != 0 {
		t.Error(err, h.Pending())
	}
}

// TestAwait finds the first that fits, or shows what there is.
func TestAwait(t *testing.T) {
	h := start(t, accepting)
	said := []int{4}
	all := func() []int {
		said = append(said, len(said))
		h.Touch()
		return slices.Clone(said)
	}
	show := func(n int) string { return fmt.Sprint("number ", n) }
	if n, err := Await(soon(t), h, all, func(n int) bool { return n == 3 }, show); n != 3 || err != nil {
		t.Error(n, err)
	}
	if n, err := Await(soon(t), h, all, func(n int) bool { return n >= 3 }, show); n != 4 || err != nil {
		t.Error("the first is 4: ", n, err)
	}
	few := func() []int { return []int{7, 8} }
	_, err := Await(past(t), h, few, func(int) bool { return false }, show)
	if !errors.Is(err, context.Canceled) || !strings.HasSuffix(err.Error(), "\n— number 7\n— number 8") {
		t.Errorf("%v", err)
	}
}
