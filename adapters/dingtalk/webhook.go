package dingtalk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Bounds of a post. The signature covers the time alone and is good for an hour, by
// the platform's rule: a replay has no second effect, for the message's key is kept
// for days.
const (
	mostBody = 1 << 20
	postAge  = time.Hour
)

// Handler receives robot messages by HTTP, where the robot is set to that mode. It
// answers after the effect is committed.
func (p *Platform) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
			return
		}
		if !p.signed(r.Header) { // before anything is read
			p.o.Log.WarnContext(r.Context(), "webhook refused: the signature is missing, wrong or old; is it our client secret, and is the clock right?")
			http.Error(w, "refused", http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
		if err != nil {
			http.Error(w, "body too large", http.StatusRequestEntityTooLarge)
			return
		}
		if _, err := p.handle(r.Context(), frame{topic: topicMessage, data: body}); err != nil {
			p.o.Log.ErrorContext(r.Context(), "posted message", "error", err)
			http.Error(w, "try again", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusOK) // a body would be said in the chat
	})
}

// signed reports whether the platform signed a post, and lately.
func (p *Platform) signed(h http.Header) bool {
	stamp := h.Get("Timestamp")
	ms, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || p.o.Now().Sub(time.UnixMilli(ms)).Abs() > postAge {
		return false
	}
	mac := hmac.New(sha256.New, []byte(p.o.ClientSecret))
	mac.Write([]byte(stamp + "\n" + p.o.ClientSecret))
	return hmac.Equal([]byte(h.Get("Sign")), []byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))))
}

// serve receives by HTTP until ctx is done, then finishes what is at work.
func (p *Platform) serve(ctx context.Context) error {
	if p.o.Listener == nil {
		return errors.New("dingtalk: the mode http without a listener")
	}
	server := &http.Server{
		Handler: p.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 15 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(p.o.Log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(p.o.Listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.waits.drain)
	defer cancel()
	if err := server.Shutdown(closing); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
