package feishu

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkevent "github.com/larksuite/oapi-sdk-go/v3/event"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher/callback"
	larkws "github.com/larksuite/oapi-sdk-go/v3/ws"
)

// refusedPause is how long we wait after the platform refused the connection for
// a reason that only an administrator can mend.
const refusedPause = time.Minute

// ackTime is what the SDK gets to write the ack of a handler that returned.
const ackTime = 100 * time.Millisecond

// drainTime is how long a stop waits for the handlers at work; after 2.5 s the
// courier stops whatever we do.
const drainTime = 2 * time.Second

// listen keeps the long connection until ctx is done; then it lets no further
// event in, waits for those at work to be acked, and closes. What was not acked
// is delivered again. A refusal that only an administrator can mend is met again
// each minute.
func (p *Platform) listen(ctx context.Context) {
	client := p.newClient()
	for {
		err := p.connect(ctx, client)
		if ctx.Err() != nil {
			return
		}
		p.state.set(fmt.Errorf("长连接被拒绝：%w", err))
		p.o.Log.Error("long connection refused", "error", err, "again_in", refusedPause)
		if rest(ctx, refusedPause); ctx.Err() != nil {
			return
		}
		if p.state.wasUp() { // the SDK restarts a client only if it never connected; each that it makes leaves a goroutine behind
			client = p.newClient()
		}
	}
}

// newClient is a client of the SDK with our guards around it.
func (p *Platform) newClient() *larkws.Client {
	p.state.fresh()
	return larkws.NewClient(p.o.AppID, p.o.AppSecret,
		larkws.WithDomain(p.base),
		larkws.WithEventHandler(p.dispatcher()),
		larkws.WithHttpClient(discovery{&http.Client{Timeout: callTimeout, Transport: bounded{http.DefaultTransport}}}),
		larkws.WithWebSocketDialer(p.dialer()),
		larkws.WithLogger(sdkLog{p.o.Log}), larkws.WithLogLevel(larkcore.LogLevelWarn),
		larkws.WithOnReady(p.connected), larkws.WithOnReconnected(p.connected),
		larkws.WithOnDisconnected(func() { p.state.set(errors.New("长连接断开，正在重连")) }),
		larkws.WithOnError(func(err error) { p.o.Log.Warn("long connection", "error", err) }),
	)
}

func (p *Platform) connected() {
	p.state.up()
	p.o.Log.Info("long connection ready")
}

// connect runs the client to its end, which is ours or a refusal.
func (p *Platform) connect(ctx context.Context, client *larkws.Client) error {
	ended := make(chan error, 1)
	go func() { ended <- client.Start(context.WithoutCancel(ctx)) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	p.busy.close()
	p.busy.drain(drainTime)
	rest(context.WithoutCancel(ctx), ackTime)
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := client.CloseAndWait(closing); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return <-ended
}

// dialer opens connections whose frames are mended on the way in.
func (p *Platform) dialer() *websocket.Dialer {
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		return (&net.Dialer{Timeout: callTimeout, KeepAlive: 15 * time.Second}).DialContext(ctx, network, address)
	}
	mended := func(c net.Conn) net.Conn {
		return guard(c, newMender(append(listened(), eventTap), p.o.Now, p.busy.stopping, p.order.note).mend)
	}
	return &websocket.Dialer{
		HandshakeTimeout: callTimeout,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return mended(c), nil
		},
		NetDialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			host, _, _ := net.SplitHostPort(address)
			secure := tls.Client(c, tlsConfig(host))
			if err := secure.HandshakeContext(ctx); err != nil {
				return nil, errors.Join(err, c.Close())
			}
			return mended(secure), nil
		},
	}
}

// dispatcher hands all events to handle, as they came.
func (p *Platform) dispatcher() *dispatcher.EventDispatcher {
	d := dispatcher.NewEventDispatcher("", "")
	d.InitConfig(larkevent.WithLogger(sdkLog{p.o.Log}))
	for _, kind := range append(listened(), eventOther) {
		d.OnCustomizedEvent(kind, func(ctx context.Context, e *larkevent.EventReq) error {
			_, err := p.handle(ctx, e.Body)
			return err
		})
	}
	return d.OnP2CardActionTrigger(func(ctx context.Context, e *callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
		out, err := p.handle(ctx, e.Body)
		if err != nil {
			return nil, err
		}
		return tapResponse(out), nil
	})
}

// tapResponse is an answer in the SDK's type; it is never nil, for a null in the
// ack is an error to the client.
func tapResponse(a answer) *callback.CardActionTriggerResponse {
	r := &callback.CardActionTriggerResponse{}
	if t, ok := a["toast"].(answer); ok {
		r.Toast = &callback.Toast{Type: t["type"].(string), Content: t["content"].(string)} //nolint:forcetypeassert // toast makes it
	}
	if c, ok := a["card"].(answer); ok {
		r.Card = &callback.Card{Type: c["type"].(string), Data: c["data"]} //nolint:forcetypeassert // tap makes it
	}
	return r
}

// discovery asks where to connect, with a deadline, and makes the configuration
// in the answer a sound one.
type discovery struct{ client *http.Client }

// Do implements larkcore.HttpClient.
func (d discovery) Do(r *http.Request) (*http.Response, error) {
	resp, err := d.client.Do(r) //nolint:gosec // the SDK asks the configured domain
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	var e struct {
		Code int    `json:"code"`
		Msg  string `json:"msg"`
		Data *struct {
			URL    string          `json:"URL,omitempty"`
			Config json.RawMessage `json:"ClientConfig,omitempty"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &e) == nil && e.Data != nil {
		if len(e.Data.Config) == 0 {
			e.Data.Config = json.RawMessage("{}")
		}
		e.Data.Config = soundConfig(e.Data.Config)
		if sound, err := json.Marshal(e); err == nil {
			body = sound
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// link is whether events can reach us, for those who ask.
type link struct {
	mu   sync.Mutex
	err  error
	ever bool // the client at work was connected once
}

func (l *link) up() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err, l.ever = nil, true
}

func (l *link) set(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

func (l *link) get() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

func (l *link) fresh() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ever = false
}

func (l *link) wasUp() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ever
}

// rest waits, or less if ctx is done.
func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// sdkLog lets the SDK's warnings into our log. Its lines may quote what people
// wrote, so their text is left out.
type sdkLog struct{ log *slog.Logger }

// Debug implements larkcore.Logger.
func (sdkLog) Debug(context.Context, ...any) {}

// Info implements larkcore.Logger.
func (sdkLog) Info(context.Context, ...any) {}

// Warn implements larkcore.Logger.
func (l sdkLog) Warn(ctx context.Context, args ...any) {
	l.log.WarnContext(ctx, "lark sdk", "says", brief(args))
}

// Error implements larkcore.Logger.
func (l sdkLog) Error(ctx context.Context, args ...any) {
	l.log.ErrorContext(ctx, "lark sdk", "says", brief(args))
}

// brief is the beginning of a line of the SDK, before it quotes anything.
func brief(args []any) string {
	text := strings.TrimSpace(fmt.Sprintln(args...))
	if at := strings.Index(text, "payload"); at >= 0 {
		text = text[:at]
	}
	if runes := []rune(text); len(runes) > 200 {
		text = string(runes[:200])
	}
	return text
}

// silent is a log for the SDK's HTTP core, whose lines quote requests.
type silent struct{}

// Debug implements larkcore.Logger.
func (silent) Debug(context.Context, ...any) {}

// Info implements larkcore.Logger.
func (silent) Info(context.Context, ...any) {}

// Warn implements larkcore.Logger.
func (silent) Warn(context.Context, ...any) {}

// Error implements larkcore.Logger.
func (silent) Error(context.Context, ...any) {}
