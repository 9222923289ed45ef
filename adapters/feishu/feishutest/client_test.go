package feishutest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	chen = "ou_chen"
	xu   = "ou_xu"
	room = "oc_room"
)

// start is a platform with two people and a group.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	if o.Redeliver == nil {
		o.Redeliver = []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond, time.Millisecond}
	}
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	s.AddDepartment("od_rd", "研发部")
	s.AddPerson(Person{OpenID: chen, Name: "陈明", Departments: []string{"od_rd"}})
	s.AddPerson(Person{OpenID: xu, Name: "许哲", Leader: chen, Departments: []string{"od_rd"}})
	s.AddChat(Chat{ID: room, Name: "项目群", Members: []string{chen, xu}})
	return s
}

// clean fails when the platform noticed something.
func clean(t *testing.T, s *Server) {
	t.Helper()
	for _, p := range s.Problems() {
		t.Error("problem: ", p)
	}
}

// rest calls the API with JSON and reads the answer.
func rest(t *testing.T, s *Server, method, path, token string, body any) (int, object) {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	_, text := do(t, s, method, path, token, "application/json", sent)
	var out object
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%s: %s: %v", path, text, err)
	}
	code, isNumber := out["code"].(float64)
	if !isNumber {
		t.Fatalf("%s: %s", path, text)
	}
	return int(code), out
}

// raw posts a body of any type.
func raw(t *testing.T, s *Server, path, token, kind string, body []byte) object {
	t.Helper()
	_, text := do(t, s, http.MethodPost, path, token, kind, body)
	var out object
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%s: %s: %v", path, text, err)
	}
	return out
}

func get(t *testing.T, s *Server, path, token string) (int, string) {
	t.Helper()
	return do(t, s, http.MethodGet, path, token, "", nil)
}

func do(t *testing.T, s *Server, method, path, token, kind string, body []byte) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	if response.Header.Get("X-Tt-Logid") == "" {
		t.Errorf("%s: no X-Tt-Logid", path)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func tokenOf(t *testing.T, s *Server) string {
	t.Helper()
	code, out := rest(t, s, http.MethodPost, "/open-apis/auth/v3/tenant_access_token/internal", "", map[string]string{"app_id": "cli_a", "app_secret": "s"})
	if code != 0 {
		t.Fatal(out)
	}
	return out.text("tenant_access_token")
}

// client is an app on the long connection, with a codec of its own hands only in
// what it answers.
type client struct {
	conn *websocket.Conn
	got  chan object // events, joined
	done sync.WaitGroup

	mu   sync.Mutex
	says func(object) (code int, data any) // nil data is null
}

// connect dials in; answer nil acks everything with 200.
func connect(t *testing.T, s *Server, says func(object) (int, any)) *client {
	t.Helper()
	code, out := rest(t, s, http.MethodPost, "/callback/ws/endpoint", "", map[string]string{"AppID": "cli_a", "AppSecret": "s"})
	if code != 0 {
		t.Fatal(out)
	}
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), out.object("data").text("URL"), nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close() //nolint:errcheck,gosec // it is empty
	c := &client{conn: conn, got: make(chan object, 100), says: says}
	if says == nil {
		c.says = func(object) (int, any) { return http.StatusOK, nil }
	}
	c.done.Go(func() { c.run(t) })
	t.Cleanup(func() {
		conn.Close() //nolint:errcheck,gosec // it may be cut already
		c.done.Wait()
	})
	return c
}

func (c *client) run(t *testing.T) {
	t.Helper()
	parts := map[string][]byte{}
	for {
		_, raw, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		f, err := decodeFrame(raw)
		if err != nil {
			t.Errorf("frame: %v", err)
			return
		}
		if f.Method == methodControl {
			c.got <- object{"pong": string(f.Payload)}
			continue
		}
		id := f.header("message_id")
		parts[id] = append(parts[id], f.Payload...)
		if f.header("sum") != "1" && f.header("seq") != "2" {
			continue
		}
		var event object
		if err := json.Unmarshal(parts[id], &event); err != nil {
			t.Errorf("event: %v", err)
			return
		}
		c.got <- event
		code, data := c.says(event)
		if code == 0 {
			continue
		}
		body := map[string]any{"code": code, "headers": nil, "data": nil}
		if data != nil {
			inner, err := json.Marshal(data)
			if err != nil {
				t.Errorf("answer: %v", err)
			}
			body["data"] = inner
		}
		f.Headers = append(f.Headers, header{"biz_rt", "1"})
		if f.Payload, err = json.Marshal(body); err != nil {
			t.Errorf("ack: %v", err)
		}
		if c.write(f) != nil {
			return
		}
	}
}

func (c *client) write(f frame) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn.WriteMessage(websocket.BinaryMessage, f.encode())
}

// next is the next event that came.
func (c *client) next(t *testing.T) object {
	t.Helper()
	select {
	case e := <-c.got:
		return e
	case <-time.After(5 * time.Second):
		t.Fatal("nothing came")
		return nil
	}
}

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func sendQuestion(t *testing.T, s *Server, token, to, uuid string) (int, string) {
	t.Helper()
	return sendCard(t, s, token, to, question, uuid)
}

func sendCard(t *testing.T, s *Server, token, to, card, uuid string) (int, string) {
	t.Helper()
	kind := "chat_id"
	if strings.HasPrefix(to, "ou_") {
		kind = "open_id"
	}
	code, out := rest(t, s, http.MethodPost, "/open-apis/im/v1/messages?receive_id_type="+kind, token,
		map[string]string{"receive_id": to, "msg_type": "interactive", "content": card, "uuid": uuid})
	if code != 0 {
		return code, out.text("msg")
	}
	return 0, out.object("data").text("message_id")
}

// rawJSON goes into an answer as it is.
type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }
