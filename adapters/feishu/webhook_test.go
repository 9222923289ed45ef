package feishu

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"huiban/bot"
)

const (
	testKey   = "encrypt key"
	testToken = "verification token"
)

// seal encrypts as the platform's documents say: AES-256-CBC under the SHA-256 of
// the key, the IV in front.
func seal(plain, key string) string {
	sum := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(sum[:])
	if err != nil {
		panic(err)
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	padded := append([]byte(plain), []byte(strings.Repeat(string(rune(pad)), pad))...)
	out := make([]byte, aes.BlockSize+len(padded))
	copy(out, "0123456789abcdef")
	cipher.NewCBCEncrypter(block, out[:aes.BlockSize]).CryptBlocks(out[aes.BlockSize:], padded)
	return fmt.Sprintf(`{"encrypt":%q}`, base64.StdEncoding.EncodeToString(out))
}

// deliver is a request as the platform makes it; change may spoil it.
func deliver(t *testing.T, p *Platform, body string, at time.Time, change func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/feishu", strings.NewReader(body))
	stamp, nonce := strconv.FormatInt(at.Unix(), 10), "n1"
	sum := sha256.Sum256([]byte(stamp + nonce + testKey + body))
	r.Header.Set("X-Lark-Request-Timestamp", stamp)
	r.Header.Set("X-Lark-Request-Nonce", nonce)
	r.Header.Set("X-Lark-Signature", hex.EncodeToString(sum[:]))
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, r)
	return w
}

// A listener is an engine that remembers what it was told.
type listener struct {
	mu       sync.Mutex
	happened []bot.Happening
	messages []bot.Message
	taps     []bot.Tap
	answer   bot.Answer
	err      error
	block    chan struct{}
	tapped   context.Context //nolint:containedctx // of the last tap, for what became of it
}

func (l *listener) Message(_ context.Context, m bot.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.messages = append(l.messages, m)
	return l.err
}

func (l *listener) Tap(ctx context.Context, t bot.Tap) (bot.Answer, error) {
	l.mu.Lock()
	block := l.block
	l.tapped = ctx
	l.mu.Unlock()
	if block != nil {
		<-block
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taps = append(l.taps, t)
	return l.answer, l.err
}

func (l *listener) Happened(_ context.Context, h bot.Happening) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h.Text == "panic" {
		panic("a handler breaks")
	}
	l.happened = append(l.happened, h)
	return l.err
}

func webhooked(t *testing.T, in bot.Inbox) *Platform {
	t.Helper()
	p, err := New(Options{
		AppID: "cli_test", AppSecret: "secret", Domain: "http://127.0.0.1:1", Mode: Webhook,
		EncryptKey: testKey, VerificationToken: testToken, Now: noon,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.in = in
	return p
}

func event(kind, token, body string) string {
	return fmt.Sprintf(`{"schema":"2.0","header":{"event_id":"ev1","event_type":%q,"token":%q},"event":%s}`, kind, token, body)
}

const menuBody = `{"operator":{"operator_id":{"open_id":"ou_1"}},"event_key":"我的待办"}`

// A webhook is taken only with the platform's signature over the raw body, within
// the window, under the right key and token; everything else is refused and
// reaches nobody.
func TestWebhookTakesOnlyTheSigned(t *testing.T) {
	good := seal(event(eventMenu, testToken, menuBody), testKey)
	for _, c := range []struct {
		name   string
		body   string
		at     time.Time
		change func(*http.Request)
		want   int
		heard  int
	}{
		{"good", good, noon(), nil, 200, 1},
		{"delivered again after six hours", good, noon().Add(-6*time.Hour - 6*time.Minute), nil, 200, 1},
		{"nine hours old", good, noon().Add(-9 * time.Hour), nil, 401, 0},
		{"from the future", good, noon().Add(6 * time.Minute), nil, 401, 0},
		{"no signature", good, noon(), func(r *http.Request) { r.Header.Del("X-Lark-Signature") }, 401, 0},
		{"other nonce", good, noon(), func(r *http.Request) { r.Header.Set("X-Lark-Request-Nonce", "n2") }, 401, 0},
		{"no timestamp", good, noon(), func(r *http.Request) { r.Header.Del("X-Lark-Request-Timestamp") }, 401, 0},
		{"other key", seal(event(eventMenu, testToken, menuBody), "other"), noon(), nil, -1, 0},
		{"other token", seal(event(eventMenu, "other", menuBody), testKey), noon(), nil, 401, 0},
		{"plain", event(eventMenu, testToken, menuBody), noon(), nil, 400, 0},
		{"garbage", "{", noon(), nil, 400, 0},
		{"short cipher", `{"encrypt":"YQ=="}`, noon(), nil, 401, 0},
		{"too large", strings.Repeat("a", mostBody+1), noon(), nil, 413, 0},
		{"GET", good, noon(), func(r *http.Request) { r.Method = http.MethodGet }, 405, 0},
		{"unknown event", seal(event("drive.file.read_v9", testToken, `{}`), testKey), noon(), nil, 200, 0},
		{"handler breaks", seal(event(eventMenu, testToken, strings.Replace(menuBody, "我的待办", "panic", 1)), testKey), noon(), nil, 500, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &listener{}
			w := deliver(t, webhooked(t, in), c.body, c.at, c.change)
			if w.Code != c.want && (c.want >= 0 || w.Code < 400) { // -1: whatever the wrong key makes of it
				t.Errorf("status %d, want %d: %s", w.Code, c.want, w.Body)
			}
			if len(in.happened) != c.heard {
				t.Errorf("%d events heard, want %d", len(in.happened), c.heard)
			}
		})
	}
}

// The challenge at set-up is answered, encrypted and unsigned as it comes, and
// only with our token.
func TestWebhookAnswersTheChallenge(t *testing.T) {
	for token, want := range map[string]int{testToken: 200, "other": 401} {
		body := seal(fmt.Sprintf(`{"challenge":"c-1","token":%q,"type":"url_verification"}`, token), testKey)
		w := deliver(t, webhooked(t, &listener{}), body, noon(), func(r *http.Request) { r.Header = http.Header{} })
		if w.Code != want {
			t.Errorf("token %q: status %d, want %d", token, w.Code, want)
		}
		var got struct{ Challenge string }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || (want == 200) != (got.Challenge == "c-1") {
			t.Errorf("token %q: answer %s", token, w.Body)
		}
	}
}

// A tap that was signed long ago is a replay.
func TestWebhookRefusesAnOldTap(t *testing.T) {
	in := &listener{}
	body := seal(event(eventTap, testToken, `{"operator":{"open_id":"ou_1"},"action":{"value":{}},"context":{"open_message_id":"om_1"}}`), testKey)
	if w := deliver(t, webhooked(t, in), body, noon().Add(-6*time.Minute), nil); w.Code != http.StatusUnauthorized {
		t.Errorf("status %d", w.Code)
	}
	if w := deliver(t, webhooked(t, in), body, noon().Add(-4*time.Minute), nil); w.Code != http.StatusOK {
		t.Errorf("a fresh one: status %d", w.Code)
	}
}

// What could not be committed is not acked.
func TestWebhookDoesNotAckAFailure(t *testing.T) {
	in := &listener{err: errors.New("no database")}
	w := deliver(t, webhooked(t, in), seal(event(eventMenu, testToken, menuBody), testKey), noon(), nil)
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "database") {
		t.Errorf("status %d, %s", w.Code, w.Body)
	}
}

// Webhook mode does not start without what makes its senders known.
func TestWebhookNeedsItsKeys(t *testing.T) {
	o := Options{AppID: "cli_test", AppSecret: "s", Mode: Webhook, Now: noon, EncryptKey: testKey}
	if _, err := New(o); err == nil {
		t.Error("no verification token, no error")
	}
	o.EncryptKey, o.VerificationToken = "", testToken
	if _, err := New(o); err == nil {
		t.Error("no encrypt key, no error")
	}
}
