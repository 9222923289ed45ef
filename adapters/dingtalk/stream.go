package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	sdk "github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/handler"
	sdklog "github.com/open-dingtalk/dingtalk-stream-sdk-go/logger"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
)

// waits are the times of the stream; tests have shorter ones.
type waits struct {
	stagger   time.Duration // between the starts of two connections
	look      time.Duration // how often it is looked whether the connection is there
	again     time.Duration // before a failed start is tried again; doubled up to mostAgain
	mostAgain time.Duration
	silence   time.Duration // at least so long nothing may come before a connection is replaced
	recycle   time.Duration // the age of a connection at which it is replaced
	keepAlive time.Duration // of control pings; the SDK takes no less than 3 s
	drain     time.Duration // what a stop waits for the handlers at work
	ack       time.Duration // what the SDK gets to write the ack of a handler that returned
}

func usualWaits() waits {
	return waits{
		stagger: 20 * time.Second, look: time.Second, again: 2 * time.Second, mostAgain: time.Minute,
		silence: 90 * time.Second, recycle: 6 * time.Hour, keepAlive: 30 * time.Second,
		drain: 1800 * time.Millisecond, ack: 100 * time.Millisecond,
	}
}

// mostPending bounds the frames that the SDK keeps handlers for; what is beyond
// gets no ack and comes again. Ours wait for a seat (busy.go).
const mostPending = 2000

// A frame is something that the platform pushed.
type frame struct {
	topic string // of messages and taps; of events the kind: chat_disband
	id    string // of this delivery: new each time
	event string // of an event: the same each time
	corp  string // of an event: whose it is
	at    time.Time
	data  []byte
}

// A reply is what an ack carries.
type reply any

// What is pushed to us; whatever else comes, the SDK answers that nobody wants it.
const (
	topicMessage = payload.BotMessageCallbackTopic
	topicTap     = payload.CardInstanceCallbackTopic
)

// listen keeps the connections until ctx is done; then it lets no further frame
// in, waits for those at work to be acked, and closes. The SDK never reconnects by
// itself, and Start does nothing while a connection is there: so calling it again
// and again keeps one.
func (p *Platform) listen(ctx context.Context) {
	hushSDK(p.o.Log)
	var all sync.WaitGroup
	for i, l := range p.lines {
		p.links.set(i, errors.New("还没有连上钉钉"))
		all.Go(func() {
			rest(ctx, time.Duration(i)*p.waits.stagger)
			l.keep(ctx)
		})
	}
	all.Wait()
	p.busy.close()
	ctx = context.WithoutCancel(ctx)
	p.busy.drain(ctx, p.waits.drain)
	rest(ctx, p.waits.ack)
	for _, l := range p.lines {
		l.close()
	}
}

// A line is one connection, and its successors.
type line struct {
	p      *Platform
	number int
	up     *sdk.StreamClient

	mu      sync.Mutex
	ended   <-chan struct{} // of the connection that frames came over; nil is none yet
	heard   time.Time       // when the last frame came
	pinged  time.Time       // when the platform last pinged on this connection; zero is never
	between time.Duration   // the longest time between two of its pings
}

// keep has a connection until ctx is done.
func (l *line) keep(ctx context.Context) {
	w := l.p.waits
	pause, due := w.again, l.due()
	for ctx.Err() == nil {
		if l.up == nil {
			l.up = l.newUp()
		}
		if err := l.start(ctx); err != nil {
			l.p.links.set(l.number, l.p.refusal(err))
			l.p.o.Log.WarnContext(ctx, "stream connection", "line", l.number, "error", l.p.client.clean(err.Error(), ""), "again_in", pause)
			rest(ctx, pause+rand.N(pause/4+1)) //nolint:gosec // nothing to be guessed
			pause = min(2*pause, w.mostAgain)
			continue
		}
		if l.p.links.set(l.number, nil) {
			l.p.o.Log.InfoContext(ctx, "stream ready", "line", l.number)
		}
		pause = w.again
		l.watch(ctx)
		switch {
		case ctx.Err() != nil:
		case l.silent():
			l.p.o.Log.WarnContext(ctx, "stream connection is silent and is replaced", "line", l.number)
			l.close()
			l.up = nil
		case time.Now().After(due):
			l.replace(ctx)
			due = l.due()
		}
	}
}

// due is when the connection is old: those of a second line half a life later, so
// that two are never replaced together.
func (l *line) due() time.Time {
	life := l.p.waits.recycle
	return time.Now().Add(life + time.Duration(l.number)*life/2)
}

func (l *line) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return l.up.Start(ctx)
}

// replace opens a new connection before it leaves the old one.
func (l *line) replace(ctx context.Context) {
	old := l.up
	l.up = l.newUp()
	if err := l.start(ctx); err != nil { // the old one serves yet
		l.up = old
		return
	}
	l.p.o.Log.InfoContext(ctx, "stream connection was replaced for its age", "line", l.number)
	rest(ctx, l.p.waits.drain) // for what the old one is at
	old.Close()
}

// close leaves the connection.
func (l *line) close() {
	l.forget()
	if l.up != nil {
		l.up.Close()
	}
}

// watch waits until it is time to look after the connection: soon, and at once
// when one ends that frames came over.
func (l *line) watch(ctx context.Context) {
	l.mu.Lock()
	ended := l.ended
	l.mu.Unlock()
	timer := time.NewTimer(l.p.waits.look)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-ended:
		l.forget()
		rest(ctx, rand.N(l.p.waits.look/4+1)) //nolint:gosec // nothing to be guessed
	}
}

func (l *line) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended, l.pinged, l.between = nil, time.Time{}, 0
}

// saw notes a frame. Its context ends with its connection, by which connections
// are told apart.
func (l *line) saw(ctx context.Context, ping bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.ended != ctx.Done() {
		l.ended, l.pinged, l.between = ctx.Done(), time.Time{}, 0
	}
	l.heard = now
	if !ping {
		return
	}
	if !l.pinged.IsZero() {
		l.between = max(l.between, now.Sub(l.pinged))
	}
	l.pinged = now
}

// silent reports whether a connection on which the platform used to ping has been
// quiet for too long: it is dead, though the socket may not know.
func (l *line) silent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.pinged.IsZero() && time.Since(l.heard) > max(l.p.waits.silence, 4*l.between)
}

// newUp is a client of the SDK with our handlers.
func (l *line) newUp() *sdk.StreamClient {
	return sdk.NewStreamClient(
		sdk.WithAppCredential(sdk.NewAppCredentialConfig(l.p.o.ClientID, l.p.o.ClientSecret)),
		sdk.WithOpenApiHost(l.p.client.api),
		sdk.WithAutoReconnect(false),
		sdk.WithKeepAlive(l.p.waits.keepAlive),
		sdk.WithMaxPendingHandlers(mostPending),
		sdk.WithSubscription("SYSTEM", "ping", l.ping),
		sdk.WithSubscription("CALLBACK", topicMessage, l.handler("")),
		sdk.WithSubscription("CALLBACK", topicTap, l.handler("")),
		sdk.WithSubscription("EVENT", "*", l.handler("LATER")),
	)
}

// ping answers the platform's own ping.
func (l *line) ping(ctx context.Context, df *payload.DataFrame) (*payload.DataFrameResponse, error) {
	l.saw(ctx, true)
	pong := payload.NewDataFrameAckPong(df.GetMessageId())
	pong.Data = df.Data
	return pong, nil
}

// handler hands a frame to us and acks it when its effect is committed. What
// failed is refused, and of an event it is said that it may come again.
func (l *line) handler(failed string) handler.IFrameHandler {
	return func(ctx context.Context, df *payload.DataFrame) (*payload.DataFrameResponse, error) {
		l.saw(ctx, false)
		f := frame{
			topic: df.GetTopic(), id: df.GetMessageId(), at: time.UnixMilli(df.Time), data: []byte(df.Data),
			event: df.GetHeader("eventId"), corp: df.GetHeader("eventCorpId"),
		}
		if f.topic == "*" {
			f.topic = df.GetHeader("eventType")
		}
		out, err := l.p.handle(ctx, f)
		if err != nil {
			l.p.o.Log.ErrorContext(ctx, "frame", "topic", f.topic, "frame", f.id, "event", f.event, "error", err)
			r := payload.NewDataFrameResponse(http.StatusInternalServerError)
			if failed != "" {
				return r, r.SetJson(map[string]string{"status": failed})
			}
			return r, nil
		}
		r := payload.NewSuccessDataFrameResponse()
		return r, r.SetJson(out)
	}
}

// refusal says why the platform gives us no connection.
func (p *Platform) refusal(err error) error {
	e := read([]byte(err.Error()), http.StatusBadRequest) // the SDK's error is the answer
	if e.Code == "" {
		return fmt.Errorf("连不上钉钉：请检查本机能否访问 %s 的 443 端口、DNS 和代理（%s）", p.client.api, p.client.clean(err.Error(), ""))
	}
	return fmt.Errorf("钉钉拒绝了 Stream 连接（%s %s）：请对照开发者后台的 Client ID 和 Client Secret，看看应用发布了没有，机器人的消息接收模式是不是 Stream，出口 IP 在不在白名单里",
		e.Code, p.client.clean(e.Message, ""))
}

// links is whether events can reach us, by line, for those who ask.
type links struct {
	mu  sync.Mutex
	why map[int]error
}

// set notes how a line is, and reports whether it was not up before.
func (l *links) set(line int, err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.why == nil {
		l.why = map[int]error{}
	}
	was, known := l.why[line]
	l.why[line] = err
	return !known || was != nil
}

// get is nil if one line at least is up.
func (l *links) get() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, err := range l.why {
		if err == nil {
			return nil
		}
	}
	if err := l.why[0]; err != nil {
		return err
	}
	return errors.New("还没有连上钉钉")
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

// The SDK has one log for the whole process, without a lock: it is set once, and
// leads to the platform that listened last.
//
//nolint:gochecknoglobals // the SDK's is global
var (
	hush   sync.Once
	sdkOut atomic.Pointer[slog.Logger]
)

func hushSDK(log *slog.Logger) {
	sdkOut.Store(log)
	hush.Do(func() { sdklog.SetLogger(sdkLog{}) })
}

// sdkLog lets the SDK's warnings into our log: what it was about, and errors. Its
// lines may quote what people wrote, the ticket of a connection, and the secret.
type sdkLog struct{}

// Debugf implements the SDK's logger; it would quote the secret.
func (sdkLog) Debugf(string, ...any) {}

// Infof implements the SDK's logger; it would quote tickets.
func (sdkLog) Infof(string, ...any) {}

// Warningf implements the SDK's logger.
func (l sdkLog) Warningf(format string, args ...any) { l.write(slog.LevelWarn, format, args) }

// Errorf implements the SDK's logger. A connection that ends is one of its errors.
func (l sdkLog) Errorf(format string, args ...any) { l.write(slog.LevelWarn, format, args) }

// Fatalf implements the SDK's logger.
func (l sdkLog) Fatalf(format string, args ...any) { l.write(slog.LevelError, format, args) }

func (sdkLog) write(level slog.Level, format string, args []any) {
	var cause error
	for _, a := range args {
		if err, ok := a.(error); ok {
			cause = bareError(err)
		}
	}
	sdkOut.Load().Log(context.Background(), level, "dingtalk sdk", "says", format, "error", cause)
}
