package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"huiban/bot"
)

// A mood is how a store is.
type mood struct {
	err     error
	waiting time.Duration
	held    time.Time
	hangs   bool
}

func (m *mood) Waiting(ctx context.Context) (time.Duration, error) {
	if m.hangs {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	return m.waiting, m.err
}

func (m *mood) NextHeld(context.Context) (time.Time, bool, error) {
	return m.held, !m.held.IsZero(), m.err
}

// A line is a platform that is connected or not.
type line struct {
	hall

	err error
}

func (l *line) Ready() error { return l.err }

func probe(t *testing.T, h *health, method, target, host string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8081"+target, nil)
	r.Host = host
	rec := httptest.NewRecorder()
	h.handler().ServeHTTP(rec, r)
	return rec
}

func TestReadyzSaysWhyNot(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 12, 14, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		store    mood
		platform error
		ending   bool
		want     []string
	}{
		{"all is well", mood{waiting: 5 * time.Minute, held: now.Add(time.Hour)}, nil, false, nil},
		{"no database", mood{err: errors.New("dial tcp: hunter2")}, nil, false, []string{"数据库在 1 秒内没有给出回答"}},
		{"a database that hangs", mood{hangs: true}, nil, false, []string{"数据库在 1 秒内没有给出回答"}},
		{"letters that nobody claims", mood{waiting: 7 * time.Minute}, nil, false, []string{"发件箱停住了：有消息到时间后等了 7 分钟"}},
		{"letters that nobody wakes", mood{held: now.Add(-6 * time.Minute)}, nil, false, []string{"等了 6 分钟"}},
		{"no connection", mood{}, errors.New("还没有连上"), false, []string{"聊天平台 hall：还没有连上"}},
		{"all at once", mood{err: errors.New("x")}, errors.New("断线"), true, []string{"正在停止", "hall：断线", "数据库"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			log := slog.New(slog.DiscardHandler)
			on := []bot.Platform{&line{err: c.platform}, &hall{}} // one that can tell and one that cannot
			h := &health{log: log, checks: append(checkPlatforms(on), checkStore(&c.store, func() time.Time { return now }, log))}
			h.ending.Store(c.ending)
			rec := probe(t, h, http.MethodGet, "/readyz", "127.0.0.1:8081")
			var got struct {
				Ready   *bool
				Reasons []string
			}
			must(t, json.Unmarshal(rec.Body.Bytes(), &got))
			code := map[bool]int{true: http.StatusOK, false: http.StatusServiceUnavailable}[len(c.want) == 0]
			if rec.Code != code || got.Ready == nil || *got.Ready != (len(c.want) == 0) || got.Reasons == nil || len(got.Reasons) != len(c.want) {
				t.Fatalf("%d %s", rec.Code, rec.Body)
			}
			for i, want := range c.want {
				if !strings.Contains(got.Reasons[i], want) {
					t.Errorf("%q does not say %q", got.Reasons[i], want)
				}
			}
			if strings.Contains(rec.Body.String(), "hunter2") {
				t.Errorf("an error of the database is shown: %s", rec.Body)
			}
			if rec := probe(t, h, http.MethodGet, "/healthz", "127.0.0.1:8081"); rec.Code != http.StatusOK || rec.Body.String() != "ok\n" {
				t.Errorf("healthz: %d %s", rec.Code, rec.Body)
			}
		})
	}
}

func TestHealthAnswersThisMachineOnly(t *testing.T) {
	t.Parallel()
	h := &health{log: slog.New(slog.DiscardHandler)}
	for _, c := range []struct {
		method, target, host string
		want                 int
	}{
		{"GET", "/healthz", "127.0.0.1:8081", 200},
		{"GET", "/readyz", "localhost", 200},
		{"GET", "/readyz", "[::1]:8081", 200},
		{"HEAD", "/readyz", "localhost:1", 200},
		{"GET", "/readyz", "evil.example", 403},
		{"GET", "/healthz", "192.168.1.2:8081", 403},
		{"GET", "/healthz", "", 403},
		{"POST", "/readyz", "localhost", 405},
		{"GET", "/", "localhost", 404},
	} {
		if rec := probe(t, h, c.method, c.target, c.host); rec.Code != c.want {
			t.Errorf("%s %s at %q: %d, want %d", c.method, c.target, c.host, rec.Code, c.want)
		}
	}
	for _, address := range []string{"0.0.0.0:0", "127.0.0.1:99999"} {
		l, err := listenLocally(t.Context(), address)
		if err == nil {
			must(t, l.Close())
			t.Errorf("%s is open", address)
		}
	}
}

// TestOnlyChangesOfReadinessAreLogged: supervisors ask every few seconds.
func TestOnlyChangesOfReadinessAreLogged(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	m := &line{err: errors.New("断线")}
	h := &health{log: slog.New(slog.NewTextHandler(&b, nil)), checks: checkPlatforms([]bot.Platform{m})}
	for range 3 {
		h.reasons(t.Context())
	}
	m.err = nil
	for range 3 {
		h.reasons(t.Context())
	}
	if got := b.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, "not ready") || !strings.Contains(got, "断线") {
		t.Errorf("logged %s", got)
	}
}
