package platformtest

import (
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// writeWithin is how long a client may take to read what it is sent.
const writeWithin = 5 * time.Second

// Link is one connection of a client over a websocket.
type Link struct {
	conn *websocket.Conn
	gone chan struct{}
	once sync.Once
	out  sync.Mutex // one writer at a time
}

// Upgrade answers the handshake of a client; Close ends the connection. Pings are
// answered as long as awake says so.
func (h *Host) Upgrade(w http.ResponseWriter, r *http.Request, header http.Header, awake func() bool) (*Link, error) {
	upgrader := websocket.Upgrader{HandshakeTimeout: time.Second}
	conn, err := upgrader.Upgrade(w, r, header)
	if err != nil {
		return nil, err
	}
	conn.SetPingHandler(func(data string) error {
		if !awake() {
			return nil
		}
		return conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
	})
	l := &Link{conn: conn, gone: make(chan struct{})}
	if !h.Background(func() { l.last(h.life.Done()) }) {
		l.Shut()
	}
	return l, nil
}

// Gone is closed when the connection is.
func (l *Link) Gone() <-chan struct{} { return l.gone }

// Shut ends the connection.
func (l *Link) Shut() {
	l.once.Do(func() {
		close(l.gone)
		l.conn.Close() //nolint:errcheck,gosec // there is nothing to do about a connection that will not close
	})
}

// Read waits for the next message; one goroutine may do so.
func (l *Link) Read() (kind int, raw []byte, err error) { return l.conn.ReadMessage() }

// Send writes one message, of the kind websocket.TextMessage or BinaryMessage.
func (l *Link) Send(kind int, raw []byte) error {
	l.out.Lock()
	defer l.out.Unlock()
	if err := l.conn.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	return l.conn.WriteMessage(kind, raw)
}

// Cut writes bytes as they are, such as the head of a frame and less than it
// promises, and hangs up.
func (l *Link) Cut(raw []byte) {
	l.out.Lock()
	l.conn.UnderlyingConn().Write(raw) //nolint:errcheck,gosec // it is cut anyway
	l.out.Unlock()
	l.Shut()
}

// last ends the connection with the server.
func (l *Link) last(closing <-chan struct{}) {
	select {
	case <-closing:
		l.Shut()
	case <-l.gone:
	}
}
