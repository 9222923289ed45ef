package feishutest

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestFrameBytes: the layout of the wire, by hand; zero required fields are there.
func TestFrameBytes(t *testing.T) {
	for _, c := range []struct {
		name string
		f    frame
		want []byte
	}{
		{"zero required fields are written", frame{}, []byte{0x08, 0, 0x10, 0, 0x18, 0, 0x20, 0}},
		{"a ping", frame{Service: 5, Headers: []header{{"type", "ping"}}}, append(
			[]byte{0x08, 0, 0x10, 0, 0x18, 5, 0x20, 0, 0x2a, 12, 0x0a, 4}, append([]byte("type\x12\x04"), "ping"...)...)},
		{"every field", frame{
			SeqID: 300, LogID: 1, Service: 2, Method: 1, Encoding: "e", Type: "t", Payload: []byte("p"), LogIDNew: "n",
		}, []byte{0x08, 0xac, 0x02, 0x10, 1, 0x18, 2, 0x20, 1, 0x32, 1, 'e', 0x3a, 1, 't', 0x42, 1, 'p', 0x4a, 1, 'n'}},
		{"a negative int32 takes ten bytes", frame{Service: -1}, []byte{
			0x08, 0, 0x10, 0, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x20, 0,
		}},
	} {
		if got := c.f.encode(); !bytes.Equal(got, c.want) {
			t.Errorf("%s:\n got %x\nwant %x", c.name, got, c.want)
		}
		back, err := decodeFrame(c.want)
		if diff := cmp.Diff(c.f, back); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", c.name, err, diff)
		}
	}
}

func TestFrameRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := frame{
			SeqID: rapid.Uint64().Draw(t, "seq"), LogID: rapid.Uint64().Draw(t, "log"),
			Service: rapid.Int32().Draw(t, "service"), Method: rapid.Int32().Draw(t, "method"),
			Encoding: rapid.String().Draw(t, "encoding"), Type: rapid.String().Draw(t, "type"), LogIDNew: rapid.String().Draw(t, "new"),
		}
		for range rapid.IntRange(0, 4).Draw(t, "headers") {
			f.Headers = append(f.Headers, header{rapid.String().Draw(t, "key"), rapid.String().Draw(t, "value")})
		}
		if b := rapid.SliceOf(rapid.Byte()).Draw(t, "payload"); len(b) > 0 {
			f.Payload = b
		}
		back, err := decodeFrame(f.encode())
		if diff := cmp.Diff(f, back); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
	})
}

func TestFrameRefuses(t *testing.T) {
	whole := frame{SeqID: 1, Service: 2, Method: 1, Payload: []byte("hello")}.encode()
	for n := range whole {
		if f, err := decodeFrame(whole[:n]); err == nil && n < 8 {
			t.Errorf("%d bytes were read as %+v", n, f)
		}
	}
	if _, err := decodeFrame(whole[:len(whole)-1]); err == nil {
		t.Error("a payload that is cut off was read")
	}
	if _, err := decodeFrame([]byte{0x10, 0, 0x18, 0, 0x20, 0}); err == nil {
		t.Error("a frame without SeqID was read: proto2 requires it")
	}
	if _, err := decodeFrame([]byte{0x0b}); err == nil {
		t.Error("a group was read")
	}
	unknown := append(frame{}.encode(), 0x50, 7, 0x5d, 1, 2, 3, 4, 0x61, 1, 2, 3, 4, 5, 6, 7, 8)
	if _, err := decodeFrame(unknown); err != nil {
		t.Errorf("unknown fields are passed over, not %v", err)
	}
}
