package feishu

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	larkevent "github.com/larksuite/oapi-sdk-go/v3/event"
)

// Bounds of a request. Events are delivered again for up to about six and a half
// hours, whether signed anew or not is not documented, so an old signature of an
// event is good for that long: its key is kept for days and a replay changes
// nothing. Taps are never delivered again.
const (
	mostBody  = 1 << 20
	eventAge  = 8 * time.Hour
	tapAge    = 5 * time.Minute
	clockSkew = 5 * time.Minute
)

// Handler receives events and card callbacks by HTTP; both URLs of the console
// may lead here. Every request must carry the platform's signature over the
// raw body; only the challenge at set-up has none, and needs the token.
func (p *Platform) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
		if err != nil {
			http.Error(w, "body too large", http.StatusRequestEntityTooLarge)
			return
		}
		status, out := p.receive(r.Context(), r.Header, body)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(out) // who hung up will ask again
	})
}

// refuse logs why a request was not taken: without a line nobody finds out why
// events do not come.
func (p *Platform) refuse(status int, why string) (int, answer) {
	p.o.Log.Warn("webhook refused", "why", why)
	return status, answer{"msg": "refused"}
}

func (p *Platform) receive(ctx context.Context, h http.Header, body []byte) (int, answer) {
	signed := p.signed(h, body)
	status, out := p.judge(ctx, h, body, signed)
	if !signed && status != http.StatusOK { // one answer to all, or strangers could try out what our key makes of their bytes
		return http.StatusUnauthorized, answer{"msg": "refused"}
	}
	return status, out
}

func (p *Platform) judge(ctx context.Context, h http.Header, body []byte, signed bool) (int, answer) {
	var sealed larkevent.EventEncryptMsg
	if err := json.Unmarshal(body, &sealed); err != nil || sealed.Encrypt == "" {
		return p.refuse(http.StatusBadRequest, "not encrypted: is the Encrypt Key set in the console?")
	}
	plain, err := larkevent.EventDecrypt(sealed.Encrypt, p.o.EncryptKey)
	if err != nil {
		return p.refuse(http.StatusUnauthorized, "cannot be decrypted: is the Encrypt Key the console's?")
	}
	var e struct {
		envelope

		Type      string `json:"type"`
		Token     string `json:"token"`
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(plain, &e); err != nil {
		return p.refuse(http.StatusBadRequest, "no JSON inside")
	}
	if e.Type == "url_verification" {
		if !same(e.Token, p.o.VerificationToken) {
			return p.refuse(http.StatusUnauthorized, "challenge with a wrong verification token")
		}
		return http.StatusOK, answer{"challenge": e.Challenge}
	}
	switch {
	case !signed:
		return p.refuse(http.StatusUnauthorized, "signature missing or wrong")
	case !same(e.Header.Token, p.o.VerificationToken):
		return p.refuse(http.StatusUnauthorized, "wrong verification token")
	case !p.fresh(h, e.Header.EventType):
		return p.refuse(http.StatusUnauthorized, "timestamp outside the window: is the clock right?")
	}
	out, err := p.handle(ctx, plain)
	if err != nil {
		p.o.Log.Error("event", "type", e.Header.EventType, "event", e.Header.EventID, "error", err)
		return http.StatusInternalServerError, answer{"msg": "try again"}
	}
	if out == nil {
		out = answer{}
	}
	return http.StatusOK, out
}

func (p *Platform) signed(h http.Header, body []byte) bool {
	want := larkevent.Signature(h.Get(larkevent.EventRequestTimestamp), h.Get(larkevent.EventRequestNonce), p.o.EncryptKey, string(body))
	return same(h.Get(larkevent.EventSignature), want)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// fresh reports whether a request was signed recently enough.
func (p *Platform) fresh(h http.Header, kind string) bool {
	seconds, err := strconv.ParseInt(h.Get(larkevent.EventRequestTimestamp), 10, 64)
	if err != nil {
		return false
	}
	oldest := eventAge
	if kind == eventTap {
		oldest = tapAge
	}
	age := p.o.Now().Sub(time.Unix(seconds, 0))
	return age >= -clockSkew && age <= oldest
}

// serve receives by HTTP until ctx is done, then finishes what is at work.
func (p *Platform) serve(ctx context.Context) error {
	l := p.o.Listener
	if l == nil {
		return errors.New("webhook mode without a listener")
	}
	server := &http.Server{
		Handler: p.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 15 * time.Second, IdleTimeout: time.Minute,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	p.state.up() // whether the console sends events here, nobody can tell
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	p.busy.close()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(closing); err != nil { // who has no answer by now sends the event again
		p.o.Log.WarnContext(ctx, "requests were cut off by the stop", "error", err)
		_ = server.Close()
	}
	p.busy.drain(drainTime) // late answers outlast their requests
	return nil
}
