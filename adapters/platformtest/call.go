package platformtest

import (
	"encoding/json"
	"io"
	"net/http"
)

// maxBody is more than any platform takes.
const maxBody = 40 << 20

// Call is one request, its body read.
type Call struct {
	*http.Request

	Body  []byte
	Token string // by whatever way the platform takes it
}

// Accept reads a request and counts it; false is one that the client cut off.
func (h *Host) Accept(w http.ResponseWriter, r *http.Request) (*Call, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, r.Method+" "+r.URL.Path)
	return &Call{Request: r, Body: body}, true
}

// Decode reads the body of a call; what is not the JSON it should be is a problem.
func (h *Host) Decode(c *Call, into any) bool {
	if err := json.Unmarshal(c.Body, into); err != nil {
		h.Problemf("%s %s: the body is not the JSON it should be: %v", c.Method, c.URL.Path, err)
		return false
	}
	return true
}

// WriteJSON answers a call.
func (h *Host) WriteJSON(w http.ResponseWriter, status int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		h.Problemf("an answer could not be encoded: %v", err)
	}
	WriteRaw(w, status, "application/json; charset=utf-8", raw)
}

// WriteRaw answers a call with bytes of a content type.
func WriteRaw(w http.ResponseWriter, status int, kind string, raw []byte) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	if _, err := w.Write(raw); err != nil {
		return // the client went away
	}
}
