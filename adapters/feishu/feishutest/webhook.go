package feishutest

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// UseWebhook delivers by POST to the address instead of over the long connection,
// encrypted and signed when there is an EncryptKey; "" goes back.
func (s *Server) UseWebhook(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = address
}

// Challenge asks the webhook to prove itself, as the console does when the address
// is saved.
func (s *Server) Challenge(ctx context.Context) error {
	body, err := json.Marshal(map[string]string{"challenge": "challenge-1", "token": s.o.VerificationToken, "type": "url_verification"})
	if err != nil {
		return fmt.Errorf("challenge: %w", err)
	}
	a, err := s.postHook(ctx, body)
	if err != nil {
		return fmt.Errorf("challenge: %w", err)
	}
	var out struct {
		Challenge string `json:"challenge"`
	}
	if a.code != http.StatusOK || json.Unmarshal(a.data, &out) != nil || out.Challenge != "challenge-1" {
		return fmt.Errorf("challenge: answered %d %s", a.code, a.data)
	}
	return nil
}

// postHook sends one body to the webhook and reads the answer.
func (s *Server) postHook(ctx context.Context, body []byte) (ack, error) {
	s.mu.Lock()
	address := s.webhook
	nonce := s.ID("nonce")
	s.mu.Unlock()
	if s.o.EncryptKey != "" {
		sealed, err := encrypt(s.o.EncryptKey, body)
		if err != nil {
			return ack{}, err
		}
		if body, err = json.Marshal(map[string]string{"encrypt": sealed}); err != nil {
			return ack{}, fmt.Errorf("encrypted body: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.AckWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return ack{}, fmt.Errorf("webhook: %w", err)
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	if s.o.EncryptKey != "" {
		stamp := strconv.FormatInt(s.o.Now().Unix(), 10)
		request.Header.Set("X-Lark-Request-Timestamp", stamp)
		request.Header.Set("X-Lark-Request-Nonce", nonce)
		request.Header.Set("X-Lark-Signature", sign(stamp, nonce, s.o.EncryptKey, body))
	}
	response, err := s.Client.Do(request)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return ack{}, errLate
		}
		return ack{}, fmt.Errorf("%w: %w", errCut, err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	data, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return ack{}, fmt.Errorf("%w: %w", errCut, err)
	}
	return ack{code: response.StatusCode, data: data, hasData: true}, nil
}

// sign is over the body as it goes over the wire, still encrypted.
func sign(timestamp, nonce, key string, body []byte) string {
	sum := sha256.Sum256(append([]byte(timestamp+nonce+key), body...))
	return hex.EncodeToString(sum[:])
}

// encrypt is base64 of an IV and AES-256-CBC with PKCS#7; the key is SHA-256 of
// the Encrypt Key.
func encrypt(key string, plain []byte) (string, error) {
	hashed := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(hashed[:])
	if err != nil {
		return "", fmt.Errorf("encrypting: %w", err)
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	padded := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
	out := make([]byte, aes.BlockSize+len(padded))
	if _, err := rand.Read(out[:aes.BlockSize]); err != nil {
		return "", fmt.Errorf("encrypting: %w", err)
	}
	cipher.NewCBCEncrypter(block, out[:aes.BlockSize]).CryptBlocks(out[aes.BlockSize:], padded) //nolint:gosec // rand filled the IV
	return base64.StdEncoding.EncodeToString(out), nil
}
