package feishutest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// decrypt is the way back, which only apps need.
func decrypt(t *testing.T, key, sealed string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		t.Fatal(err)
	}
	hashed := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(hashed[:])
	if err != nil {
		t.Fatal(err)
	}
	plain := bytes.Clone(raw[aes.BlockSize:])
	cipher.NewCBCDecrypter(block, raw[:aes.BlockSize]).CryptBlocks(plain, plain)
	return string(plain[:len(plain)-int(plain[len(plain)-1])])
}

func TestDecryptionVector(t *testing.T) {
	if got := decrypt(t, "test key", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="); got != "hello world" {
		t.Fatalf("the documented vector reads %q", got)
	}
	for _, text := range []string{"", "hello world", strings.Repeat("长", 5), "exactly sixteen!"} {
		sealed, err := encrypt("test key", []byte(text))
		if got := decrypt(t, "test key", sealed); err != nil || got != text {
			t.Errorf("%q came back as %q, %v", text, got, err)
		}
	}
}

// hook is an app behind a webhook; it answers what says wants.
func hook(t *testing.T, key string, says func(object) (int, string)) (address string, got chan object) {
	t.Helper()
	got = make(chan object, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var body object
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
		if key != "" {
			sum := sha256.Sum256([]byte(r.Header.Get("X-Lark-Request-Timestamp") + r.Header.Get("X-Lark-Request-Nonce") + key + string(raw)))
			if r.Header.Get("X-Lark-Signature") != hex.EncodeToString(sum[:]) {
				t.Error("the signature is not over the body as it came")
			}
			plain := decrypt(t, key, body.text("encrypt"))
			body = nil
			if err := json.Unmarshal([]byte(plain), &body); err != nil {
				t.Errorf("%s: %v", plain, err)
			}
		}
		got <- body
		code, answer := says(body)
		w.WriteHeader(code)
		io.WriteString(w, answer) //nolint:errcheck,gosec // the test sees what is missing
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

func TestWebhook(t *testing.T) {
	for _, key := range []string{"", "test key"} {
		t.Run("key "+key, func(t *testing.T) {
			s := start(t, Options{EncryptKey: key, VerificationToken: "v"})
			tries := 0
			address, got := hook(t, key, func(e object) (int, string) {
				switch {
				case e.text("type") == "url_verification":
					return http.StatusOK, `{"challenge":"` + e.text("challenge") + `"}`
				case e.object("header").text("event_type") == "card.action.trigger":
					return http.StatusOK, `{"toast":{"type":"info","content":"收到"}}`
				}
				if tries++; tries == 1 {
					return http.StatusInternalServerError, ""
				}
				return http.StatusOK, "{}"
			})
			s.UseWebhook(address)
			if err := s.Challenge(soon(t)); err != nil {
				t.Fatal(err)
			}
			if e := <-got; e.text("token") != "v" {
				t.Error(e)
			}
			d, err := s.Say(soon(t), "", chen, "你好")
			if err != nil || d.Deliveries != 2 || d.Code != http.StatusOK {
				t.Fatalf("%+v %v", d, err)
			}
			if a, b := (<-got).object("header"), (<-got).object("header"); a.text("event_id") != b.text("event_id") || a.text("token") != "v" {
				t.Error("a redelivery has the same event_id", a, b)
			}
			_, id := sendQuestion(t, s, tokenOf(t, s), chen, "u")
			if a, err := s.Tap(soon(t), id, chen, "ack", nil); err != nil || a.Toast != "收到" || a.Code != 0 {
				t.Errorf("%+v %v", a, err)
			}
			clean(t, s)
		})
	}
}

func TestChallengeFails(t *testing.T) {
	for _, answer := range []string{`{"challenge":"another"}`, `ok`, ``} {
		s := start(t, Options{})
		address, _ := hook(t, "", func(object) (int, string) { return http.StatusOK, answer })
		s.UseWebhook(address)
		if s.Challenge(soon(t)) == nil {
			t.Errorf("%q passed", answer)
		}
	}
	s := start(t, Options{AckWithin: time.Second})
	s.UseWebhook("http://127.0.0.1:1/")
	if s.Challenge(soon(t)) == nil {
		t.Error("nobody was there, and it passed")
	}
}
