package playground

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// ask is a request with headers, without a network.
func (l *lab) ask(method, target string, header map[string]string, body string) *httptest.ResponseRecorder {
	l.tb.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, "http://127.0.0.1:8080"+target, strings.NewReader(body))
	for k, v := range header {
		if k == "Host" {
			r.Host = v
		}
		r.Header.Set(k, v)
	}
	rec := httptest.NewRecorder()
	l.p.Handler(l.world).ServeHTTP(rec, r)
	return rec
}

func TestOnlyThisMachineAndThisPage(t *testing.T) {
	l := company(t, "")
	for _, c := range []struct {
		method, target string
		header         map[string]string
		want           int
	}{
		{"GET", "/", nil, 200},
		{"GET", "/", map[string]string{"Host": "localhost:8080"}, 200},
		{"GET", "/", map[string]string{"Host": "LOCALHOST"}, 200},
		{"GET", "/", map[string]string{"Host": "[::1]:8080"}, 200},
		{"GET", "/", map[string]string{"Host": "127.8.9.1"}, 200},
		{"GET", "/", map[string]string{"Host": "evil.example"}, 403},
		{"GET", "/", map[string]string{"Host": "127.0.0.1.evil.example:8080"}, 403},
		{"GET", "/", map[string]string{"Host": "192.168.1.2:8080"}, 403},
		{"GET", "/", map[string]string{"Host": ""}, 403},
		{"GET", "/", map[string]string{"Sec-Fetch-Site": "cross-site"}, 200},
		{"GET", "/api/state", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"GET", "/api/state", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"GET", "/api/state", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		{"GET", "/api/state", map[string]string{"Sec-Fetch-Site": "none"}, 200},
		{"GET", "/api/state", map[string]string{"Origin": "http://evil.example"}, 403},
		{"POST", "/api/faults", nil, 200},
		{"POST", "/api/faults", map[string]string{"Origin": "http://127.0.0.1:8080"}, 200},
		{"POST", "/api/faults", map[string]string{"Origin": "http://127.0.0.1:9999"}, 403},
		{"POST", "/api/faults", map[string]string{"Origin": "https://127.0.0.1:8080"}, 403},
		{"POST", "/api/faults", map[string]string{"Origin": "null"}, 403},
		{"POST", "/api/faults", map[string]string{"Origin": "http://evil.example"}, 403},
		{"POST", "/api/faults", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"POST", "/api/faults", map[string]string{"Content-Type": "text/plain"}, 415},
		{"POST", "/api/faults", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 415},
		{"POST", "/api/files?name=a", map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, 415},
		{"PUT", "/", nil, 405},
	} {
		header := map[string]string{"Content-Type": "application/json"}
		maps.Copy(header, c.header)
		rec := l.ask(c.method, c.target, header, `{"abilities":{}}`)
		if rec.Code != c.want {
			t.Errorf("%s %s %v: %d %s, want %d", c.method, c.target, c.header, rec.Code, rec.Body, c.want)
		}
	}
}

func TestEveryAnswerIsFencedIn(t *testing.T) {
	l := company(t, "")
	for _, target := range []string{"/", "/main.js", "/nothing", "/api/state", "/api/nothing"} {
		h := l.ask("GET", target, nil, "").Header()
		for k, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		} {
			if !strings.HasPrefix(h.Get(k), want) {
				t.Errorf("%s: %s is %q", target, k, h.Get(k))
			}
		}
		if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", target, h)
		}
	}
}

func TestPageIsServedFileByFile(t *testing.T) {
	l := company(t, "")
	files, err := fs.Glob(embedded, "page/*")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		rec := l.ask("GET", strings.TrimPrefix(f, "page"), nil, "")
		if rec.Code != http.StatusOK || rec.Body.Len() == 0 || rec.Header().Get("Content-Type") == "application/octet-stream" {
			t.Errorf("%s: %d %s", f, rec.Code, rec.Header().Get("Content-Type"))
		}
	}
	for _, target := range []string{"/page", "/page/", "/..%2fserver.go", "/server.go", "/index.html/", "//"} {
		if rec := l.ask("GET", target, nil, ""); rec.Code == http.StatusOK {
			t.Errorf("%s: %d %.80s", target, rec.Code, rec.Body)
		}
	}
}

func TestOnlyLoopbackIsListenedOn(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.168.1.2:0", "example.com:80", "127.0.0.1", "8080"} {
		l, err := Listen(t.Context(), addr)
		if _, ok := errors.AsType[*Refused](err); !ok {
			t.Errorf("%s: %v", addr, err)
		}
		if l != nil {
			t.Errorf("%s is open", addr)
		}
	}
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(t.Context(), l.Addr().String()); err == nil {
		t.Error("two on one port")
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
