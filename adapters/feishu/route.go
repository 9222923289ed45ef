package feishu

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/workday"
)

// routeVersion marks the buttons that are ours.
const routeVersion = 1

// A route is what a button does, on the wire.
type route struct {
	Version int               `json:"h"`
	Command string            `json:"c"`
	Args    map[string]string `json:"a,omitempty"`
	Seen    int               `json:"s,omitempty"`
	Private bool              `json:"p,omitempty"` // the card is in a single chat, which a callback does not say
	Mark    string            `json:"m,omitempty"` // that we made it: a client may send any value for a button
}

func (d *drawing) route(a card.Action) route {
	r := route{routeVersion, a.Command, a.Args, a.Seen, d.private, ""}
	r.Mark = r.mark(d.key)
	return r
}

// markKey is what buttons are marked with.
func (o Options) markKey() []byte {
	if len(o.ButtonKey) > 0 {
		return o.ButtonKey
	}
	sum := sha256.Sum256([]byte("huiban button " + o.AppSecret))
	return sum[:]
}

// ours reports whether we made the button: serve, by its lasting key, or doctor,
// which has only the app's secret.
func (o Options) ours(r route) bool {
	lasting, passing := r.mark(o.markKey()), r.mark(Options{AppSecret: o.AppSecret}.markKey())
	return same(r.Mark, lasting) || same(r.Mark, passing)
}

// mark is what only we can say of a button.
func (r route) mark(key []byte) string {
	r.Mark = ""
	h := hmac.New(sha256.New, key)
	h.Write(toJSON(r))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

// A tappedAction is the action of a callback.
type tappedAction struct {
	Value     json.RawMessage
	Name      string
	FormValue map[string]json.RawMessage
}

// Bounds of what a form may carry: its values are whatever somebody sends.
const (
	mostFields = 60
	mostValues = 500
)

// decodeTap turns a callback into what was pressed and filled in. Dates come as
// Asia/Shanghai wall time, people as accounts of this platform.
func decodeTap(t tappedAction) (route, map[string][]string, error) {
	r, ok := readRoute(t.Value)
	if !ok {
		_, packed, _ := strings.Cut(t.Name, ".")
		text, err := base64.RawURLEncoding.DecodeString(packed)
		if r, ok = readRoute(text); err != nil || !ok {
			return route{}, nil, errors.New("feishu: a button that is not ours")
		}
	}
	if len(t.FormValue) > mostFields {
		return route{}, nil, errors.New("feishu: a form with too many fields")
	}
	form := map[string][]string{}
	for wire, raw := range t.FormValue {
		kind, name, ok := ourName(wire)
		if !ok || name == bot.ArgFiles { // no form of ours asks for files
			continue
		}
		if values := readValues(kind, raw); len(values) > 0 {
			form[name] = values
		}
	}
	return r, form, nil
}

func readRoute(text []byte) (route, bool) {
	var r route
	err := json.Unmarshal(text, &r)
	return r, err == nil && r.Version == routeVersion
}

// readValues reads a form value in any of its documented shapes; what is empty
// is not there.
func readValues(kind string, raw json.RawMessage) []string {
	var one string
	var list []string
	var yes bool
	switch {
	case json.Unmarshal(raw, &one) == nil:
		list = []string{one}
	case json.Unmarshal(raw, &list) == nil:
	case json.Unmarshal(raw, &yes) == nil:
		list = []string{map[bool]string{true: "true", false: "false"}[yes]}
	}
	list = slices.DeleteFunc(list, func(s string) bool { return strings.TrimSpace(s) == "" })
	list = list[:min(len(list), mostValues)]
	for i, v := range list {
		switch kind {
		case nameText:
			if strings.HasPrefix(v, Name+":") { // words, which the engine must not take for an account
				list[i] = " " + v
			}
		case nameDate:
			list[i] = wallTime(v)
		case namePerson:
			if id := bareID.FindString(v); id != "" {
				list[i] = string(identity{id}.account())
			}
		}
	}
	return list
}

var bareID = regexp.MustCompile(`^ou_[A-Za-z0-9_-]{1,64}$`)

// wallTime turns a picker's value, which carries the zone of who picked, into
// Asia/Shanghai wall time as cards show it. Anything else stays as it is, for
// the rules to ask about.
func wallTime(v string) string {
	if t, err := time.Parse("2006-01-02 15:04 -0700", v); err == nil {
		return t.In(workday.Zone).Format("2006-01-02 15:04")
	}
	// A day or a time of day without the other is meant as it was picked.
	for _, layout := range []string{"2006-01-02 -0700", "15:04 -0700"} {
		if _, err := time.Parse(layout, v); err == nil {
			return v[:strings.LastIndexByte(v, ' ')]
		}
	}
	return v
}
