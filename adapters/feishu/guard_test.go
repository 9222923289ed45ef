package feishu

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	larkws "github.com/larksuite/oapi-sdk-go/v3/ws"
	"pgregory.net/rapid"
)

func noon() time.Time { return time.Date(2026, 8, 12, 4, 0, 0, 0, time.UTC) }

func testMender() *mender {
	return newMender([]string{eventMessage, eventTap}, noon, func() bool { return false }, func([]byte) {})
}

// dataFrame is an event's frame, or one of its parts.
func dataFrame(t *testing.T, id, payload string, sum, seq int) []byte {
	t.Helper()
	f := larkws.Frame{Method: int32(larkws.FrameTypeData), Service: 7, SeqID: 3, Payload: []byte(payload)}
	headers := larkws.Headers{}
	headers.Add(larkws.HeaderType, string(larkws.MessageTypeEvent))
	headers.Add(larkws.HeaderMessageID, id)
	headers.Add(larkws.HeaderSum, strconv.Itoa(sum))
	headers.Add(larkws.HeaderSeq, strconv.Itoa(seq))
	f.Headers = headers
	raw, err := f.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func opened(t *testing.T, raw []byte) larkws.Frame {
	t.Helper()
	var f larkws.Frame
	if err := f.Unmarshal(raw); err != nil {
		t.Fatal(err)
	}
	return f
}

// An unknown event type reaches the SDK under a name that has a handler; a known
// one and what is no event stay as they are.
func TestMenderNamesUnknownEvents(t *testing.T) {
	for _, c := range []struct{ name, payload, want string }{
		{"known", `{"schema":"2.0","header":{"event_type":"im.message.receive_v1"},"event":{}}`, "im.message.receive_v1"},
		{"tap", `{"header":{"event_type":"card.action.trigger"}}`, "card.action.trigger"},
		{"unknown", `{"schema":"2.0","header":{"event_id":"e1","event_type":"drive.file.read_v9"},"event":{"a":1}}`, eventOther},
		{"no JSON", `<html>`, ""},
		{"no header", `{"event":{}}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw, pass := testMender().mend(dataFrame(t, "m", c.payload, 1, 0))
			if !pass {
				t.Fatal("not passed on")
			}
			f := opened(t, raw)
			if c.want == "" {
				if string(f.Payload) != c.payload {
					t.Errorf("payload %s, want it as it was", f.Payload)
				}
				return
			}
			var e envelope
			if err := json.Unmarshal(f.Payload, &e); err != nil || e.Header.EventType != c.want {
				t.Errorf("type %q (%v), want %q", e.Header.EventType, err, c.want)
			}
			if f.Service != 7 || f.SeqID != 3 {
				t.Errorf("frame %+v lost its numbers", f)
			}
		})
	}
}

// The parts of an event are joined whatever their order, each event by itself,
// and nonsense about parts is dropped.
func TestMenderJoinsParts(t *testing.T) {
	whole := `{"header":{"event_type":"im.message.receive_v1"},"event":{"long":"` + strings.Repeat("长", 500) + `"}}`
	a, b, c := whole[:100], whole[100:700], whole[700:]
	m := testMender()
	for _, part := range [][]byte{dataFrame(t, "x", c, 3, 2), dataFrame(t, "y", a, 3, 0), dataFrame(t, "x", a, 3, 0), dataFrame(t, "x", a, 3, 0), dataFrame(t, "x", "", 3, 3), dataFrame(t, "x", "", 1_000_000, 0)} {
		if _, pass := m.mend(part); pass {
			t.Fatal("a part was passed on alone")
		}
	}
	raw, pass := m.mend(dataFrame(t, "x", b, 3, 1))
	if !pass {
		t.Fatal("the last part did not make it whole")
	}
	f := opened(t, raw)
	if string(f.Payload) != whole {
		t.Errorf("joined to %.80s…", f.Payload)
	}
	if headers := larkws.Headers(f.Headers); headers.GetInt(larkws.HeaderSum) != 1 || headers.GetInt(larkws.HeaderSeq) != 0 || headers.GetString(larkws.HeaderMessageID) != "x" {
		t.Errorf("headers %v", f.Headers)
	}
	if len(m.parts) != 1 {
		t.Errorf("%d events are kept, want the unfinished one", len(m.parts))
	}
}

// While we stop no event is let in; it is not acked and comes again.
func TestMenderLetsNothingInWhileStopping(t *testing.T) {
	m := newMender(nil, noon, func() bool { return true }, func([]byte) { t.Error("noted") })
	if _, pass := m.mend(dataFrame(t, "m", "{}", 1, 0)); pass {
		t.Error("an event was let in")
	}
}

// A configuration that would make the SDK ping without a pause, or give up, is
// made a sound one.
func TestSoundConfig(t *testing.T) {
	for in, want := range map[string]string{
		`{}`: `{"ReconnectCount":-1,"ReconnectInterval":30,"PingInterval":120}`,
		`{"PingInterval":-5,"ReconnectCount":3,"ReconnectInterval":99999,"ReconnectNonce":500}`: `{"ReconnectCount":-1,"ReconnectInterval":120,"ReconnectNonce":30,"PingInterval":120}`,
		`{"PingInterval":90,"ReconnectCount":-1,"ReconnectInterval":20,"ReconnectNonce":5}`:     `{"ReconnectCount":-1,"ReconnectInterval":20,"ReconnectNonce":5,"PingInterval":90}`,
		`no JSON`: ``,
	} {
		if got := string(soundConfig([]byte(in))); got != want {
			t.Errorf("soundConfig(%s) = %s, want %s", in, got, want)
		}
	}
	f := larkws.Frame{Method: int32(larkws.FrameTypeControl), Payload: []byte(`{}`)}
	f.Headers = larkws.Headers{{Key: larkws.HeaderType, Value: string(larkws.MessageTypePong)}}
	raw, err := f.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	mended, _ := testMender().mend(raw)
	if got := opened(t, mended); !bytes.Contains(got.Payload, []byte(`"PingInterval":120`)) {
		t.Errorf("a pong passes with %s", got.Payload)
	}
}

// Whatever the sizes of frames and reads, what passes the guard is what was sent,
// with binary messages mended.
func TestGuardedConnKeepsTheStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type sent struct {
			first byte
			body  []byte
		}
		const head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
		var stream, want bytes.Buffer
		stream.WriteString(head)
		want.WriteString(head)
		for range rapid.IntRange(0, 6).Draw(t, "frames") {
			f := sent{rapid.SampledFrom([]byte{0x82, 0x81, 0x89, 0x8a, 0x02, 0x80}).Draw(t, "first"), make([]byte, rapid.SampledFrom([]int{0, 1, 125, 126, 300, 65535, 65536, 70000}).Draw(t, "size"))}
			stream.Write(rawFrame(f.first, f.body))
			if f.first == 0x82 {
				f.body = append(f.body, "mended"...)
			}
			want.Write(rawFrame(f.first, f.body))
		}
		g := guard(pipeOf(stream.Bytes()), func(b []byte) ([]byte, bool) { return append(b, "mended"...), true })
		var got bytes.Buffer
		buf := make([]byte, rapid.SampledFrom([]int{1, 7, 4096}).Draw(t, "read"))
		for {
			n, err := g.Read(buf)
			got.Write(buf[:n])
			if err != nil {
				break
			}
		}
		if !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Fatalf("%d bytes passed, want %d", got.Len(), want.Len())
		}
	})
}

// A frame that no server sends ends the connection instead of filling memory.
func TestGuardedConnRefusesBadFrames(t *testing.T) {
	for name, frame := range map[string][]byte{
		"masked": {0x82, 0x81, 1, 2, 3, 4, 5},
		"huge":   {0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0},
	} {
		g := guard(pipeOf(append([]byte("\r\n"), frame...)), func(b []byte) ([]byte, bool) { return b, true })
		_, err := io.ReadAll(g)
		if err == nil {
			t.Errorf("a %s frame was let through", name)
		}
	}
}

func rawFrame(first byte, body []byte) []byte {
	out := []byte{first}
	switch n := len(body); {
	case n < 126:
		out = append(out, byte(n))
	case n <= 0xffff:
		out = binary.BigEndian.AppendUint16(append(out, 126), uint16(n))
	default:
		out = binary.BigEndian.AppendUint64(append(out, 127), uint64(n))
	}
	return append(out, body...)
}

// pipeOf is a connection on which just these bytes come in.
func pipeOf(b []byte) net.Conn { return &readOnly{Reader: bytes.NewReader(b)} }

type readOnly struct {
	net.Conn
	io.Reader
}

func (r *readOnly) Read(p []byte) (int, error) { return r.Reader.Read(p) }
