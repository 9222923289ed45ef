package dingtalktest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// PostMessagesTo sets the robot to its HTTP mode: messages are posted to the
// address, signed with Options.ClientSecret, and no longer pushed over the stream;
// taps and events are not touched by it. "" sets it back.
func (s *Server) PostMessagesTo(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callback = address
}

// signature is how the platform signs a post. The body is not covered by it.
func signature(timestamp, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "\n" + secret))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// postMessage posts a message; the answer may be a message itself.
func (s *Server) postMessage(address string, p parcel) (ack, error) {
	s.charge(p.meter)
	ctx, cancel := context.WithTimeout(s.Life(), p.within)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(p.data))
	if err != nil {
		return ack{}, fmt.Errorf("callback: %w", err)
	}
	timestamp := strconv.FormatInt(s.o.Now().UnixMilli(), 10)
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("Timestamp", timestamp)
	request.Header.Set("Sign", signature(timestamp, s.o.ClientSecret))
	response, err := s.Client.Do(request)
	if err != nil {
		if ctx.Err() != nil && s.Life().Err() == nil {
			return ack{}, errLate
		}
		return ack{}, fmt.Errorf("%w: %w", errCut, err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return ack{}, fmt.Errorf("%w: %w", errCut, err)
	}
	var said reply
	if len(body) > 0 && json.Unmarshal(body, &said) == nil && said.MsgType != "" && response.StatusCode == http.StatusOK {
		s.mu.Lock()
		s.say(p.chat, said, body)
		s.mu.Unlock()
	}
	return ack{Code: response.StatusCode}, nil
}
