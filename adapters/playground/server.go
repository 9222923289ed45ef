package playground

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/google/uuid"

	"huiban/bot"
	"huiban/bot/meeting"
)

// maxJSON is the largest JSON body in bytes.
const maxJSON = 1 << 20

// World is what the page can do beyond chatting; cmd wires engine, courier and
// clock behind it. Errors for people are Refused or *meeting.Refusal.
type World interface {
	Now() time.Time
	// Settle returns when all that can be sent at the present clock is sent.
	Settle(ctx context.Context) error
	// Advance moves the clock and does all that is due on the way in order.
	Advance(ctx context.Context, to time.Time) ([]bot.HeldBack, error)
	// Next advances to the next reminder of all (""), of a task by its number, or
	// to a moment that has a name here: "feedback" is when the open window for
	// opinions on minutes ends. A word that means nothing is refused.
	Next(ctx context.Context, to string) ([]bot.HeldBack, error)
	// Workday is when the next working day begins.
	Workday() time.Time
	// Reset begins anew, with the sample or with nothing. It wipes the platform.
	Reset(ctx context.Context, empty bool) error
	// Guide returns nil where there is none.
	Guide(ctx context.Context) (*Guide, error)
}

// An AccountBook World knows which account a person has; without it, whom
// something held back was meant for is known only of people named in a letter.
type AccountBook interface {
	AccountOf(ctx context.Context, who meeting.PersonID) (bot.Account, error)
}

// A Refused request is one that somebody can mend: Say tells how, and nothing
// has happened.
type Refused struct {
	Status int
	Say    string
}

// Error implements error with the words for the person.
func (r Refused) Error() string { return r.Say }

func refuse(status int, say string, args ...any) *Refused {
	return &Refused{Status: status, Say: fmt.Sprintf(say, args...)}
}

type server struct {
	p     *Platform
	world World
	log   *slog.Logger
}

// call is a handler whose error becomes the answer.
type call func(w http.ResponseWriter, r *http.Request) error

//go:embed page
var embedded embed.FS

// Handler serves the page and the interface of docs/playground-api.md.
func (p *Platform) Handler(world World) http.Handler {
	s := &server{p: p, world: world, log: p.o.Log}
	mux := http.NewServeMux()
	routes := []struct {
		path, method string
		call         call
	}{
		{"/api/state", http.MethodGet, s.between(s.getState)},
		{"/api/files", http.MethodPost, s.postFiles},
		{"/api/files/{id}", http.MethodGet, s.getFile},
		{"/api/messages", http.MethodGet, s.getMessages},
		{"/api/messages", http.MethodPost, s.postMessages},
		{"/api/taps", http.MethodPost, s.postTaps},
		{"/api/clock", http.MethodPost, s.postClock},
		{"/api/people", http.MethodPost, s.between(s.postPeople)},
		{"/api/chats", http.MethodPost, s.between(s.postChats)},
		{"/api/reset", http.MethodPost, s.postReset},
		{"/api/guide", http.MethodGet, s.between(s.getGuide)},
		{"/api/events", http.MethodGet, s.getEvents},
		{"/api/faults", http.MethodPost, s.postFaults},
		{paperPath + "{kind}/{id}", http.MethodGet, s.between(s.getPaper)},
	}
	allowed := map[string][]string{}
	for _, r := range routes {
		mux.Handle(r.method+" "+r.path, s.handle(r.call))
		allowed[r.path] = append(allowed[r.path], r.method)
	}
	for at, methods := range allowed {
		mux.Handle(at, s.handle(func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Allow", strings.Join(methods, ", "))
			return refuse(http.StatusMethodNotAllowed, "这里只接受 %s。", strings.Join(methods, " 或 "))
		}))
	}
	mux.Handle("/api/", s.handle(func(http.ResponseWriter, *http.Request) error {
		return refuse(http.StatusNotFound, "没有这个接口，请看 docs/playground-api.md。")
	}))
	mux.Handle("/", s.handle(getPage))
	return guard(s, mux)
}

// between lets a call run beside others, but not while the clock moves or all
// begins anew: then there is no state that it could speak of.
func (s *server) between(c call) call {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := s.p.gate.Acquire(r.Context(), 1); err != nil {
			return err
		}
		defer s.p.gate.Release(1)
		return c(w, r)
	}
}

// handle turns errors and panics of a call into answers.
func (s *server) handle(c call) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if x := recover(); x != nil {
				if x == http.ErrAbortHandler { //nolint:errorlint,err113 // net/http compares panics so
					panic(x)
				}
				s.fail(w, r, fmt.Errorf("panic: %v", x))
			}
		}()
		if err := c(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// fail answers with the error's words, or with a trace that finds it in the log.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, say := s.words(r, err)
	if say == "" {
		return // nobody is there to read an answer
	}
	write(w, status, struct {
		Error string `json:"error"`
	}{say})
}

// words are the status and the sentence for an error; none if nobody waits.
func (s *server) words(r *http.Request, err error) (status int, say string) {
	var (
		no   Refused
		mine *Refused
		rule *meeting.Refusal
		big  *http.MaxBytesError
	)
	switch {
	case errors.As(err, &mine):
		return mine.Status, mine.Say
	case errors.As(err, &no):
		return no.Status, no.Say
	case errors.As(err, &rule):
		return http.StatusBadRequest, s.named(r.Context(), rule.Error())
	case errors.As(err, &big):
		return http.StatusRequestEntityTooLarge, "内容太大了，一次最多 1 MB，请分几次发。"
	case r.Context().Err() != nil:
		return 0, ""
	}
	trace := uuid.NewString()[:8]
	s.log.ErrorContext(r.Context(), "request", "trace", trace, "method", r.Method, "path", r.URL.Path, "error", err)
	return http.StatusInternalServerError, "出了点问题，不是您的操作有误。请再试一次；还不行，请把编号 " + trace + " 告诉管理员。"
}

func (s *server) answer(w http.ResponseWriter, body any) { write(w, http.StatusOK, body) }

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // who went away reads no error, and what we answer encodes
}

// decode reads a JSON body into v and refuses what v does not know.
func decode(w http.ResponseWriter, r *http.Request, v any) error {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "正文要是 JSON，请加上请求头 Content-Type: application/json。")
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxJSON))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		_, err = d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = errors.New("more than one value")
		}
	}
	var (
		big *http.MaxBytesError
		typ *json.UnmarshalTypeError
	)
	unknown, isUnknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case errors.As(err, &big):
		return err
	case errors.As(err, &typ):
		return refuse(http.StatusBadRequest, "“%s”的值不是这里要的类型，请对照 docs/playground-api.md 改一下。", typ.Field)
	case isUnknown:
		return refuse(http.StatusBadRequest, "不认识“%s”这个字段，请去掉。", strings.Trim(unknown, `"`))
	}
	return refuse(http.StatusBadRequest, "正文不是完整的 JSON，请检查后再发。")
}

// getPage serves the embedded page, file by file.
func getPage(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return refuse(http.StatusMethodNotAllowed, "这里只接受 GET。")
	}
	file := strings.TrimPrefix(r.URL.Path, "/")
	if file == "" {
		file = "index.html"
	}
	body, err := fs.ReadFile(embedded, "page/"+file)
	if err != nil {
		return refuse(http.StatusNotFound, "没有这一页，请打开首页“/”。")
	}
	w.Header().Set("Content-Type", contentType(file))
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write(body) //nolint:gosec // the page itself, as it was embedded; the name only chose it
	return err
}

// contentType does not ask the machine, which may know .js by another name.
func contentType(file string) string {
	switch path.Ext(file) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}

// Serve answers on l until ctx is done, then ends the event streams for good and
// lets other requests finish for a few seconds.
func (p *Platform) Serve(ctx context.Context, l net.Listener, world World) error {
	srv := &http.Server{
		Handler: p.Handler(world), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(p.o.Log.Handler(), slog.LevelWarn),
	}
	srv.RegisterOnShutdown(p.hangUp)
	stopped := make(chan error, 1)
	go func() { stopped <- srv.Serve(l) }()
	select {
	case err := <-stopped:
		return fmt.Errorf("page: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := srv.Shutdown(grace)
	if err != nil {
		err = srv.Close()
	}
	if end := <-stopped; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}
