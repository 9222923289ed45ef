package dingtalk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
)

// A route is what a button does, on the wire.
type route struct {
	Command string            `json:"c"`
	Args    map[string]string `json:"a,omitempty"`
	Seen    int               `json:"s,omitempty"`
}

func routeOf(a card.Action) route { return route{a.Command, a.Args, a.Seen} }

// A signed is what a card carries: routes, which template it was made of, and
// whether they stand in the variables of one person.
type signed struct {
	Routes   []route `json:"r"`
	Template string  `json:"t"`
	Own      bool    `json:"o,omitempty"`
}

// A signer marks the routes of one card, so that nobody else can make one and none
// works on another card: all that comes back from a client may have been changed.
type signer struct {
	key              []byte
	card, templateOf string
	own              bool
}

func (p *Platform) signer(outTrackID string, own bool) signer {
	sum := sha256.Sum256([]byte(p.o.Template))
	return signer{p.o.markKey(), outTrackID, base64.RawURLEncoding.EncodeToString(sum[:6]), own}
}

// markKey is what buttons are marked with.
func (o Options) markKey() []byte {
	if len(o.ButtonKey) > 0 {
		return o.ButtonKey
	}
	sum := sha256.Sum256([]byte("huiban button " + o.ClientSecret))
	return sum[:]
}

// sign is routes as one text of ASCII.
func (s signer) sign(routes []route) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(toJSON(signed{routes, s.templateOf, s.own})))
	return text + "." + s.mark(text)
}

func (s signer) mark(text string) string {
	h := hmac.New(sha256.New, s.key)
	h.Write(fmt.Appendf(nil, "%d %s %s", len(s.card), s.card, text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

var errForeign = errors.New("dingtalk: a button that is not ours")

func (s signer) read(text string) (signed, error) {
	var out signed
	payload, mark, _ := strings.Cut(text, ".")
	if !hmac.Equal([]byte(mark), []byte(s.mark(payload))) {
		return out, errForeign
	}
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return out, errForeign
	}
	if err := json.Unmarshal(raw, &out); err != nil || len(out.Routes) == 0 {
		return out, errForeign
	}
	return out, nil
}

// Bounds of what a form may carry: its values are whatever somebody sends.
const (
	mostFields = 80
	mostValues = 500
	mostChars  = 20_000
)

// readTap turns a tap on the card outTrackID into what was pressed and filled in.
func (p *Platform) readTap(actionIDs []string, params map[string]json.RawMessage, outTrackID string) (card.Action, map[string][]string, error) {
	fields, isForm := params, false
	if raw, ok := params["form"]; ok && !slices.Contains(actionIDs, actionButton) {
		isForm, fields = true, nil
		if err := json.Unmarshal(raw, &fields); err != nil {
			return card.Action{}, nil, errForeign
		}
	}
	var text string
	if err := json.Unmarshal(fields[fieldRoute], &text); err != nil {
		return card.Action{}, nil, errForeign
	}
	s := p.signer(outTrackID, false)
	what, err := s.read(text)
	if err != nil {
		return card.Action{}, nil, err
	}
	if len(fields) > mostFields {
		return card.Action{}, nil, errors.New("dingtalk: a form with too many fields")
	}
	which := 0
	if isForm && len(what.Routes) > 1 {
		which, err = strconv.Atoi(strings.Join(readValues(fields[fieldWhich]), ""))
		if err != nil || which < 0 || which >= len(what.Routes) {
			return card.Action{}, nil, errForeign
		}
	}
	if what.Template == s.templateOf {
		p.proofs.saw()
		if what.Own {
			p.privacy.saw()
		}
	}
	p.pace.tapped(outTrackID)
	r := what.Routes[which]
	do := card.Action{Command: r.Command, Args: r.Args, Seen: r.Seen}
	if !isForm {
		return do, nil, nil
	}
	return do, readForm(fields), nil
}

// readForm is what was filled in, by the names of the inputs.
func readForm(fields map[string]json.RawMessage) map[string][]string {
	form, typed, other := map[string][]string{}, map[string][]string{}, map[string][]string{}
	for wire, raw := range fields {
		kind, name, ok := ourName(wire)
		if !ok || name == bot.ArgFiles { // no form of ours asks for files
			continue
		}
		values := readValues(raw)
		for i, v := range values {
			if kind != namePick && strings.HasPrefix(v, Name+":") { // words, which the engine must not take for an account
				values[i] = " " + v
			}
		}
		switch {
		case len(values) == 0:
		case kind == nameTyped:
			typed[name] = values
		case kind == nameOther:
			other[name] = values
		default:
			form[name] = values
		}
	}
	for name, values := range typed {
		form[name] = append(form[name], values...)
	}
	maps.Copy(form, other)
	return form
}

// readValues reads a form value in any of its shapes: a text, a number, a yes, a
// list, or an object that holds one of them as its value. What is empty is not there.
func readValues(raw json.RawMessage) []string {
	var list []json.RawMessage
	var chosen struct {
		Value json.RawMessage `json:"value"`
	}
	if json.Unmarshal(raw, &chosen) == nil && chosen.Value != nil {
		raw = chosen.Value
	}
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var out []string
	for _, one := range list[:min(len(list), mostValues)] {
		if v := cut(readValue(one), mostChars); strings.TrimSpace(v) != "" {
			out = append(out, v)
		}
	}
	return out
}

func readValue(raw json.RawMessage) string {
	var s string
	var n json.Number
	var yes bool
	switch {
	case json.Unmarshal(raw, &s) == nil:
		return s
	case json.Unmarshal(raw, &n) == nil:
		return n.String()
	case json.Unmarshal(raw, &yes) == nil:
		return strconv.FormatBool(yes)
	}
	return ""
}

// faceOf is what the one who tapped sees from now on, until the card changes for
// all. There is no toast on the platform: the word stands at the foot of the card.
func (p *Platform) faceOf(a bot.Answer, private bool, outTrackID string) (map[string]string, error) {
	toast := strings.TrimSpace(printable(a.Toast))
	if a.Card == nil {
		if toast == "" {
			return nil, nil //nolint:nilnil // nothing to be shown
		}
		return map[string]string{p.o.Variables.named().Footer: cut(toast, 500)}, nil
	}
	return p.painted(*a.Card, view{people: a.People, private: private, footer: toast, outTrackID: outTrackID})
}

// provedBy implements tapper.
func (p *Platform) provedBy(ctx context.Context, _ string) {
	p.proofs.prove(ctx, p.o, p.o.sightOf())
	p.privacy.prove(ctx, p.o, p.o.privacyOf())
}

// acked implements tapper.
func (p *Platform) acked(outTrackID string) { p.pace.acked(outTrackID) }
