package feishu

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"time"

	larkws "github.com/larksuite/oapi-sdk-go/v3/ws"
)

// What the SDK's long connection cannot be told is put right on the wire, before
// the SDK reads it:
//
//   - an event type without a handler would be answered 500 and delivered five
//     times; it is given the name eventOther, which has a handler;
//   - the parts of a long event are joined here, by one reader: the SDK joins
//     them in as many goroutines without a lock;
//   - a pong that brings an empty configuration would make the SDK ping without a
//     pause.

// eventOther is the type under which unknown events reach the SDK.
const eventOther = "huiban.other"

// The bounds of what is read.
const (
	mostFrame = 4 << 20
	mostParts = 64
	joinTime  = 30 * time.Second
)

// A guardedConn is a connection whose incoming frames are mended.
type guardedConn struct {
	net.Conn

	in     *bufio.Reader
	out    bytes.Buffer // mended, not yet read
	mend   func(payload []byte) ([]byte, bool)
	opened bool // the HTTP handshake is over
}

func guard(c net.Conn, mend func([]byte) ([]byte, bool)) net.Conn {
	return &guardedConn{Conn: c, in: bufio.NewReader(c), mend: mend}
}

// Read implements net.Conn. Deadlines are those of the connection beneath.
func (g *guardedConn) Read(p []byte) (int, error) {
	for g.out.Len() == 0 {
		step := g.frame
		if !g.opened {
			step = g.handshake
		}
		if err := step(); err != nil {
			return 0, err
		}
	}
	return g.out.Read(p)
}

// handshake lets the answer to the upgrade through, line by line.
func (g *guardedConn) handshake() error {
	line, err := g.in.ReadSlice('\n')
	if err != nil {
		if errors.Is(err, bufio.ErrBufferFull) {
			return errors.New("websocket handshake: a header is too long")
		}
		return err
	}
	g.out.Write(line)
	g.opened = len(bytes.TrimRight(line, "\r\n")) == 0
	return nil
}

// frame reads one websocket frame (RFC 6455, section 5.2) and passes it on,
// mended if it is a whole binary message.
func (g *guardedConn) frame() error {
	var head [2]byte
	if _, err := io.ReadFull(g.in, head[:]); err != nil {
		return err
	}
	if head[1]&0x80 != 0 {
		return errors.New("websocket: a masked frame from the server")
	}
	size := uint64(head[1])
	var extended [8]byte
	switch size {
	case 126:
		if _, err := io.ReadFull(g.in, extended[:2]); err != nil {
			return err
		}
		size = uint64(binary.BigEndian.Uint16(extended[:2]))
	case 127:
		if _, err := io.ReadFull(g.in, extended[:]); err != nil {
			return err
		}
		size = binary.BigEndian.Uint64(extended[:])
	}
	if size > mostFrame {
		return fmt.Errorf("websocket: a frame of %d bytes", size)
	}
	payload := make([]byte, size)
	if _, err := io.ReadFull(g.in, payload); err != nil {
		return err
	}
	const wholeBinary = 0x82
	if head[0] == wholeBinary {
		mended, pass := g.mend(payload)
		if !pass {
			return nil
		}
		payload = mended
	}
	g.write(head[0], payload)
	return nil
}

func (g *guardedConn) write(first byte, payload []byte) {
	g.out.WriteByte(first)
	switch n := len(payload); {
	case n < 126:
		g.out.WriteByte(byte(n))
	case n <= 0xffff:
		g.out.WriteByte(126)
		g.out.Write(binary.BigEndian.AppendUint16(nil, uint16(n)))
	default:
		g.out.WriteByte(127)
		g.out.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	}
	g.out.Write(payload)
}

// A mender mends the frames of one connection; it is used by one reader.
type mender struct {
	known   []string
	now     func() time.Time
	stopped func() bool        // no further event is let through
	noted   func(event []byte) // told of each event in the order in which they come
	parts   map[string]*joining
}

type joining struct {
	parts   [][]byte
	missing int
	since   time.Time
}

func newMender(known []string, now func() time.Time, stopped func() bool, noted func([]byte)) *mender {
	return &mender{known: known, now: now, stopped: stopped, noted: noted, parts: map[string]*joining{}}
}

// mend returns what the SDK is to read instead of a frame, or that it is not to
// read it. What cannot be read is left as it is: the SDK refuses it.
func (m *mender) mend(payload []byte) ([]byte, bool) {
	var f larkws.Frame
	if err := f.Unmarshal(payload); err != nil {
		return payload, true
	}
	switch larkws.FrameType(f.Method) {
	case larkws.FrameTypeControl:
		if len(f.Payload) == 0 {
			return payload, true
		}
		f.Payload = soundConfig(f.Payload)
	case larkws.FrameTypeData:
		if m.stopped() {
			return nil, false // not acked, so delivered again
		}
		if !m.join(&f) {
			return nil, false
		}
		m.noted(f.Payload)
		f.Payload = knownType(f.Payload, m.known)
	}
	mended, err := f.Marshal()
	if err != nil {
		return payload, true
	}
	return mended, true
}

// join keeps the parts of a long event until the last is there and reports
// whether the frame is whole now.
func (m *mender) join(f *larkws.Frame) bool {
	headers := larkws.Headers(f.Headers)
	sum, seq, id := headers.GetInt(larkws.HeaderSum), headers.GetInt(larkws.HeaderSeq), headers.GetString(larkws.HeaderMessageID)
	if sum <= 1 {
		return true
	}
	if sum > mostParts || seq < 0 || seq >= sum {
		return false
	}
	now := m.now()
	for other, j := range m.parts {
		if now.Sub(j.since) > joinTime {
			delete(m.parts, other)
		}
	}
	j := m.parts[id]
	if j == nil || len(j.parts) != sum {
		j = &joining{parts: make([][]byte, sum), missing: sum, since: now}
		m.parts[id] = j
	}
	if j.parts[seq] == nil {
		j.missing--
	}
	j.parts[seq] = append([]byte{}, f.Payload...)
	if j.missing > 0 {
		return false
	}
	delete(m.parts, id)
	f.Payload = slices.Concat(j.parts...)
	for i, h := range f.Headers {
		switch h.Key {
		case larkws.HeaderSum:
			f.Headers[i].Value = strconv.Itoa(1)
		case larkws.HeaderSeq:
			f.Headers[i].Value = strconv.Itoa(0)
		}
	}
	return true
}

// knownType names an event of an unknown type so that the SDK finds a handler.
func knownType(payload []byte, known []string) []byte {
	var e map[string]json.RawMessage
	var head map[string]json.RawMessage
	var kind string
	if json.Unmarshal(payload, &e) != nil || json.Unmarshal(e["header"], &head) != nil || json.Unmarshal(head["event_type"], &kind) != nil {
		return payload
	}
	if slices.Contains(known, kind) {
		return payload
	}
	head["event_type"] = json.RawMessage(strconv.Quote(eventOther))
	var err error
	if e["header"], err = json.Marshal(head); err != nil {
		return payload
	}
	renamed, err := json.Marshal(e)
	if err != nil {
		return payload
	}
	return renamed
}

// soundConfig makes a client configuration one that the SDK can live with: no
// interval of zero, no giving up.
func soundConfig(text []byte) []byte {
	var c larkws.ClientConfig
	if err := json.Unmarshal(text, &c); err != nil {
		return nil
	}
	c.PingInterval = between(c.PingInterval, 1, 600, 120)
	c.ReconnectInterval = between(c.ReconnectInterval, 1, 120, 30)
	c.ReconnectNonce = min(max(c.ReconnectNonce, 0), 30)
	c.ReconnectCount = -1
	sound, err := json.Marshal(c)
	if err != nil {
		return nil
	}
	return sound
}

// between bounds n, and is otherwise for what is not set.
func between(n, low, high, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return min(max(n, low), high)
}

// tlsConfig is what both HTTP and the long connection trust.
func tlsConfig(host string) *tls.Config {
	return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
}
