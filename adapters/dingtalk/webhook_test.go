package dingtalk

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The vector of the platform's documents, and what is not it.
func TestOnlySignedPostsAreTaken(t *testing.T) {
	at := time.UnixMilli(1577262236757)
	now := at
	p, err := New(Options{ClientID: "ding1", ClientSecret: "this is a secret", Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	in := &listener{}
	p.in = in
	const good = "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="
	const body = `{"conversationId":"c","conversationType":"1","msgId":"m1","senderStaffId":"zhou","msgtype":"text","text":{"content":"帮助"}}`
	for name, c := range map[string]struct {
		method, stamp, sign, body string
		later                     time.Duration
		want                      int
	}{
		"good":         {"POST", "", good, body, 0, 200},
		"a replay":     {"POST", "", good, body, 59 * time.Minute, 200},
		"old":          {"POST", "", good, body, 61 * time.Minute, 401},
		"of to-morrow": {"POST", "", good, body, -61 * time.Minute, 401},
		"forged":       {"POST", "", "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CB=", body, 0, 401},
		"no base64":    {"POST", "", "%", body, 0, 401},
		"no signature": {"POST", "", "", body, 0, 401},
		"other time":   {"POST", strconv.FormatInt(at.UnixMilli()+1, 10), good, body, 0, 401},
		"no time":      {"POST", "soon", good, body, 0, 401},
		"GET":          {"GET", "", good, body, 0, 405},
		"huge":         {"POST", "", good, strings.Repeat("x", mostBody+1), 0, 413},
		"no JSON":      {"POST", "", good, "x", 0, 200},
		"panic":        {"POST", "", good, strings.Replace(body, "帮助", "panic", 1), 0, 500},
	} {
		now = at.Add(c.later)
		r := httptest.NewRequestWithContext(t.Context(), c.method, "/", strings.NewReader(c.body))
		if c.stamp == "" {
			c.stamp = strconv.FormatInt(at.UnixMilli(), 10)
		}
		r.Header.Set("Timestamp", c.stamp)
		r.Header.Set("Sign", c.sign)
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, r)
		if w.Code != c.want || w.Code == http.StatusOK && w.Body.Len() > 0 {
			t.Errorf("%s: %d %s, want %d", name, w.Code, w.Body, c.want)
		}
	}
	if ms := in.heard(); len(ms) != 2 || ms[0].Event != ms[1].Event {
		t.Errorf("heard %+v", ms)
	}
}

// Without a port to listen on nothing can be received; what is not received by can
// do without (doctor).
func TestPostsNeedAListener(t *testing.T) {
	p, err := New(Options{ClientID: "ding1", ClientSecret: "s", Mode: HTTP, API: "http://127.0.0.1:1", OAPI: "http://127.0.0.1:1", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Run(t.Context(), &listener{}); err == nil || !strings.Contains(err.Error(), "without a listener") {
		t.Errorf("%v", err)
	}
}
