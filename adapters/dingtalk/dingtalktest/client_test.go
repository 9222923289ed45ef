package dingtalktest

import (
	"bytes"
	"cmp"
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
	chen     = "0101"
	xu       = "0102"
	guest    = "guest"
	room     = "cidRoom+a/b=="
	template = "huiban.schema"
)

type object = map[string]any

// start is a platform with two colleagues and a guest, a group and a template.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	if o.Redeliver == nil {
		o.Redeliver = []time.Duration{time.Millisecond, time.Millisecond}
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
	s.AddDepartment(Department{ID: 1, Name: "公司"})
	s.AddDepartment(Department{ID: 7, Parent: 1, Name: "研发部"})
	s.AddPerson(Person{UserID: chen, Name: "陈明", Departments: []int{7}, Mobile: "13800000000", Admin: true})
	s.AddPerson(Person{UserID: xu, Name: "许哲", Manager: chen, Departments: []int{7}})
	s.AddPerson(Person{UserID: guest, Name: "外部王", External: true})
	s.AddGroup(Group{ID: room, Name: "项目群", Members: []string{chen, xu, guest}})
	s.AddTemplate(Template{ID: template})
	return s
}

// clean fails when the platform noticed something.
func clean(t *testing.T, s *Server) {
	t.Helper()
	for _, p := range s.Problems() {
		t.Error("problem: ", p)
	}
}

// noticed fails unless the platform noticed exactly one thing, and this.
func noticed(t *testing.T, s *Server, what string) {
	t.Helper()
	if p := s.Problems(); len(p) != 1 || !strings.Contains(p[0], what) {
		t.Errorf("noticed %q, not %q", p, what)
	}
}

// do calls the platform with JSON and reads the answer.
func do(t *testing.T, s *Server, method, path string, body any) (int, object) {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	status, raw := bare(t, s, method, path, "application/json", sent)
	var out object
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%s: %s: %v", path, raw, err)
	}
	return status, out
}

// bare calls with any body; the token goes along as both generations want it.
func bare(t *testing.T, s *Server, method, path, kind string, body []byte) (int, []byte) {
	t.Helper()
	s.mu.Lock()
	token := s.token
	s.mu.Unlock()
	if token == "" && !strings.Contains(path, "oken") {
		token, _ = s.issue()
	}
	if !strings.HasPrefix(path, "/v1.0/") {
		mark := "?"
		if strings.Contains(path, "?") {
			mark = "&"
		}
		path += mark + "access_token=" + token
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("X-Acs-Dingtalk-Access-Token", token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, raw
}

// client is an app on the stream. It acks as says tells it, 0 is not at all.
type client struct {
	conn *websocket.Conn
	got  chan frame
	done sync.WaitGroup
	says func(frame) (code int, data string)

	mu   sync.Mutex
	echo *string // answers pings instead of what came; "" is not at all
}

// connect dials in, subscribed to everything.
func connect(t *testing.T, s *Server, says func(frame) (int, string)) *client {
	t.Helper()
	return connectTo(t, s, says, "CALLBACK "+messageTopic, "CALLBACK "+cardTopic, "EVENT *")
}

func connectTo(t *testing.T, s *Server, says func(frame) (int, string), topics ...string) *client {
	t.Helper()
	var subscriptions []object
	for _, topic := range topics {
		kind, name, _ := strings.Cut(topic, " ")
		subscriptions = append(subscriptions, object{"type": kind, "topic": name})
	}
	status, out := do(t, s, http.MethodPost, "/v1.0/gateway/connections/open", object{
		"clientId": s.RobotCode(), "clientSecret": cmp.Or(s.o.ClientSecret, "s"), "subscriptions": subscriptions, "ua": "test", "localIp": "127.0.0.1", "extras": object{},
	})
	if status != http.StatusOK {
		t.Fatal(out)
	}
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), text(out["endpoint"])+"?ticket="+text(out["ticket"]), nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close() //nolint:errcheck,gosec // it is empty
	c := &client{conn: conn, got: make(chan frame, 1000), says: says}
	if says == nil {
		c.says = func(f frame) (int, string) {
			if f.Type == "EVENT" {
				return http.StatusOK, `{"status":"SUCCESS","message":""}`
			}
			return http.StatusOK, `{"response":null}`
		}
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
	defer close(c.got)
	for {
		_, raw, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		var f frame
		if err := json.Unmarshal(raw, &f); err != nil {
			t.Errorf("frame: %v", err)
			return
		}
		c.got <- f
		code, data := http.StatusOK, f.Data
		switch {
		case f.Headers["topic"] == "KEEPALIVE":
			code, data = http.StatusNotFound, ""
		case f.Headers["topic"] == "ping":
			c.mu.Lock()
			if c.echo != nil {
				data = *c.echo
			}
			c.mu.Unlock()
			if data == "" {
				code = 0
			}
		case f.Type != "SYSTEM":
			code, data = c.says(f)
		}
		if code == 0 {
			continue
		}
		ack := object{"code": code, "message": "OK", "data": data, "headers": object{"messageId": f.Headers["messageId"], "contentType": "application/json"}}
		if c.conn.WriteJSON(ack) != nil {
			return
		}
	}
}

// next is the next frame that came, its data read.
func (c *client) next(t *testing.T) (frame, object) {
	t.Helper()
	select {
	case f, open := <-c.got:
		if !open {
			t.Fatal("the connection ended")
		}
		var data object
		if err := json.Unmarshal([]byte(f.Data), &data); err != nil {
			t.Fatalf("data %q: %v", f.Data, err)
		}
		return f, data
	case <-time.After(5 * time.Second):
		t.Fatal("nothing came")
		return frame{}, nil
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func inside(v any, key string) object {
	o, _ := v.(object)
	in, _ := o[key].(object)
	return in
}

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// until waits for something that the platform reports.
func until(t *testing.T, s *Server, what string, is func() bool) {
	t.Helper()
	if s.Until(soon(t), is) != nil {
		t.Fatal(what)
	}
}

// cardTo is a call that puts a card into a chat or before a person.
func cardTo(track, where string, params object) object {
	kind, deliver := "imGroupOpen", object{"robotCode": "dingfake"}
	space := "dtv1.card//IM_GROUP." + where
	if !strings.HasPrefix(where, "cid") {
		kind, space = "imRobotOpen", "dtv1.card//IM_ROBOT."+where
		deliver["spaceType"] = "IM_ROBOT"
	}
	return object{
		"cardTemplateId": template, "outTrackId": track, "callbackType": "STREAM", "userIdType": 1, "cardData": object{"cardParamMap": params},
		"openSpaceId": space, kind + "DeliverModel": deliver, kind + "SpaceModel": object{"supportForward": false, "lastMessageI18n": object{"ZH_CN": "待办"}},
	}
}

const (
	deliverCard = "/v1.0/card/instances/createAndDeliver"
	updateCard  = "/v1.0/card/instances"
	toGroup     = "/v1.0/robot/groupMessages/send"
	toPeople    = "/v1.0/robot/oToMessages/batchSend"

	twoButtons = `[{"text":"确认","color":"blue","status":"normal","event":{"type":"sendCardRequest","params":{"actionId":"ack","params":{"t":17,"k":"a1"}}}},
		{"text":"完成","color":"gray","status":"disabled","event":{"type":"sendCardRequest","params":{"actionId":"done","params":{}}}}]`
)
