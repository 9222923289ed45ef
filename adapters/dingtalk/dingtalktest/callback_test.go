package dingtalktest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestSignature: the numbers of the documentation.
func TestSignature(t *testing.T) {
	if got := signature("1577262236757", "this is a secret"); got != "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=" {
		t.Error(got)
	}
}

// TestHTTPMode: a message is posted and signed, the answer is a reply, and what
// fails is posted again.
func TestHTTPMode(t *testing.T) {
	now := time.UnixMilli(1577262236757)
	s := start(t, Options{ClientSecret: "this is a secret", Now: func() time.Time { return now }})
	posts := 0
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		posts++
		body, _ := io.ReadAll(r.Body)
		var data object
		if err := json.Unmarshal(body, &data); err != nil || inside(data, "text")["content"] != " 帮助" || r.Header.Get("Sign") != "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=" || r.Header.Get("Timestamp") != "1577262236757" {
			t.Errorf("%v %s", r.Header, body)
		}
		if posts == 1 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		if _, err := io.Copy(w, strings.NewReader(`{"msgtype":"text","text":{"content":"好"}}`)); err != nil {
			t.Error(err)
		}
	}))
	defer app.Close()
	s.PostMessagesTo(app.URL)
	d, err := s.Say(soon(t), room, chen, "@会办 帮助")
	if err != nil || !d.Acked || d.Deliveries != 2 || d.Code != 200 {
		t.Fatalf("%+v %v", d, err)
	}
	if all := s.Messages(); len(all) != 1 || all[0].Text() != "好" || all[0].Chat != room {
		t.Error(all)
	}
	s.PostMessagesTo("")
	c := connect(t, s, nil)
	if _, err := s.Say(soon(t), room, chen, "@会办 帮助"); err != nil || len(c.got) != 1 || posts != 2 {
		t.Error(err, len(c.got), posts)
	}
	clean(t, s)
}
