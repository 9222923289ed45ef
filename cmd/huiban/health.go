package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"huiban/bot"
	"huiban/configs"
)

// A check returns why huiban cannot do its work at the moment, as a sentence for
// the operator; empty if it can.
type check func(ctx context.Context) string

// A health answers the supervisor of the machine, and it alone: /healthz that
// the process is there, /readyz whether it can do its work, or why not.
type health struct {
	checks []check
	log    *slog.Logger
	ending atomic.Bool // it is being stopped

	mu   sync.Mutex
	said []string // the reasons of the last answer
}

const (
	answerLimit = time.Second     // for the database
	stuck       = 5 * time.Minute // how long a letter waits at most where a courier is at work
)

// listenLocally opens the port of a health.
func listenLocally(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("server.listen：%s 打不开，请换一个端口，或结束占用它的程序：%w", address, err)
	}
	// A hosts file may send localhost anywhere.
	if at, ok := l.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("server.listen：%s 不是本机地址，请写 127.0.0.1:8081 的样子", address), l.Close())
	}
	return l, nil
}

// run answers on the listener until ctx is done.
func (h *health) run(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: h.handler(), ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelWarn), MaxHeaderBytes: 8 << 10,
		ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: 30 * time.Second,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("server.listen：%w", err)
	case <-ctx.Done():
	}
	err := server.Close()
	if closed := <-ended; !errors.Is(closed, http.ErrServerClosed) {
		err = errors.Join(err, closed)
	}
	return err
}

// handler answers requests to this machine by its own name: a page of another
// site, opened in a browser here, gets nothing.
func (h *health) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", h.ready)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !configs.Loopback(host) {
			http.Error(w, "只能用本机地址访问。", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (h *health) ready(w http.ResponseWriter, r *http.Request) {
	reasons := h.reasons(r.Context())
	answer, err := json.Marshal(struct {
		Ready   bool     `json:"ready"`
		Reasons []string `json:"reasons"`
	}{len(reasons) == 0, reasons})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if len(reasons) > 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = w.Write(append(answer, '\n')) // whoever asked may be gone
}

// reasons asks all checks; a change is logged.
func (h *health) reasons(ctx context.Context) []string {
	reasons := []string{}
	if h.ending.Load() {
		reasons = append(reasons, "会办正在停止")
	}
	for _, c := range h.checks {
		if reason := c(ctx); reason != "" {
			reasons = append(reasons, reason)
		}
	}
	if ctx.Err() != nil { // nobody waits for the answer any more
		return reasons
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case slices.Equal(reasons, h.said):
	case len(reasons) == 0:
		h.log.InfoContext(ctx, "ready")
	default:
		h.log.WarnContext(ctx, "not ready", "reasons", reasons)
	}
	h.said = reasons
	return reasons
}

// storeState is what a store tells of itself.
type storeState interface {
	Waiting(ctx context.Context) (time.Duration, error)
	NextHeld(ctx context.Context) (time.Time, bool, error)
}

// checkStore asks whether the database answers and letters leave the outbox.
func checkStore(s storeState, now func() time.Time, log *slog.Logger) check {
	return func(ctx context.Context) string {
		ctx, cancel := context.WithTimeout(ctx, answerLimit)
		defer cancel()
		waiting, err := s.Waiting(ctx)
		var held time.Time
		var ok bool
		if err == nil {
			held, ok, err = s.NextHeld(ctx)
		}
		if err != nil {
			log.DebugContext(ctx, "the database does not answer", "error", err)
			return fmt.Sprintf("数据库在 %d 秒内没有给出回答：请检查数据库是否在运行、网络和磁盘空间", int(answerLimit.Seconds()))
		}
		if ok {
			waiting = max(waiting, now().Sub(held))
		}
		if waiting > stuck {
			return fmt.Sprintf("发件箱停住了：有消息到时间后等了 %d 分钟还没有人去发。请看日志里的 outbox，必要时重新启动会办", int(waiting.Minutes()))
		}
		return ""
	}
}

// checkPlatforms asks each platform that can tell whether it is connected.
func checkPlatforms(platforms []bot.Platform) []check {
	var out []check
	for _, p := range platforms {
		r, ok := p.(interface{ Ready() error })
		if !ok {
			continue
		}
		out = append(out, func(context.Context) string {
			if err := r.Ready(); err != nil {
				return fmt.Sprintf("聊天平台 %s：%v", p.Name(), err)
			}
			return ""
		})
	}
	return out
}
