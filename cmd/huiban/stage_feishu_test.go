package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/adapters/feishu/feishutest"
)

// feishuSecret is what must never stand in a log.
const feishuSecret = "app-secret-that-nobody-may-see"

// onFeishu is a stage on a fake Feishu.
type onFeishu struct {
	*feishutest.Server

	listen string // of webhooks: where huiban waits for them
	people map[string]string
	made   int
}

// newFeishu is a fake Feishu; mode is how events come: websocket or webhook.
func newFeishu(p *program, mode string, o feishutest.Options) *onFeishu {
	p.Helper()
	o.AppID, o.AppSecret, o.Now = "cli_test", feishuSecret, p.now
	o.EncryptKey, o.VerificationToken = "encrypt key", "verification token"
	o.PingInterval = cmp.Or(o.PingInterval, 1)
	fake, err := feishutest.Start(o)
	must(p.TB, err)
	p.Cleanup(func() { must(p.TB, fake.Close()) })
	f := &onFeishu{Server: fake, people: map[string]string{}}
	if mode == "webhook" {
		f.listen = freePort(p.TB)
	}
	return f
}

// feishuCompany is a company of nobody yet on a Feishu of its own.
func feishuCompany(t testing.TB, mode, dsn string, o feishutest.Options) (*company, *onFeishu) {
	t.Helper()
	p := newProgram(t, dsn)
	f := newFeishu(p, mode, o)
	return newCompany(p, f), f
}

func (f *onFeishu) environ() []string {
	out := []string{"HUIBAN_FEISHU_APP_ID=cli_test", "HUIBAN_FEISHU_APP_SECRET=" + feishuSecret, "HUIBAN_FEISHU_DOMAIN=" + f.URL()}
	if f.listen == "" {
		return append(out, "HUIBAN_FEISHU_MODE=websocket")
	}
	return append(out, "HUIBAN_FEISHU_MODE=webhook", "HUIBAN_FEISHU_LISTEN="+f.listen,
		"HUIBAN_FEISHU_ENCRYPT_KEY=encrypt key", "HUIBAN_FEISHU_VERIFICATION_TOKEN=verification token")
}

func (*onFeishu) secrets() []string {
	return []string{feishuSecret, "encrypt key", "verification token"}
}

func (f *onFeishu) connected(ctx context.Context) bool {
	if f.listen == "" {
		return f.Connections() > 0
	}
	f.UseWebhook("http://" + f.listen + "/feishu")
	return f.Challenge(ctx) == nil
}

// manners: reminders keep off the full and the half hour by up to four minutes.
func (*onFeishu) manners() manners {
	return manners{lag: func(due time.Time) time.Duration {
		if due.Minute()%30 == 0 {
			return 4*time.Minute + 20*time.Second
		}
		return 20 * time.Second
	}}
}

func (f *onFeishu) person(h human) string {
	if h.id == "" {
		f.made++
		h.id = fmt.Sprintf("ou_%d", f.made)
	}
	f.people[h.name] = h.id
	f.AddDepartment("od_"+h.department, h.department)
	f.AddPerson(feishutest.Person{
		OpenID: h.id, UnionID: "on" + h.id[2:], UserID: "u" + h.id[3:], Name: h.name, Title: h.title,
		Departments: []string{"od_" + h.department}, Leader: h.leader, Admin: h.admin,
	})
	return h.id
}

func (f *onFeishu) group(name string, members []string) string {
	f.made++
	id := fmt.Sprintf("oc_%d", f.made)
	f.AddChat(feishutest.Chat{ID: id, Name: name, Members: members})
	return id
}

func (f *onFeishu) say(ctx context.Context, chat, who, text string) error {
	return acked(f.Say(ctx, chat, who, text))
}

func (f *onFeishu) reply(ctx context.Context, to sight, who, text string) error {
	return acked(f.Reply(ctx, to.id(), who, text))
}

// acked is the error of a delivery that was not taken.
func acked(d feishutest.Delivery, err error) error {
	if err == nil && !d.Acked {
		err = fmt.Errorf("not acked: %+v", d)
	}
	return err
}

func (f *onFeishu) happens(ctx context.Context, what deed, group, who string) error {
	switch what {
	case botAdded:
		return acked(f.BotAdded(ctx, group, who))
	case botRemoved:
		return acked(f.BotRemoved(ctx, group, who))
	case groupGone:
		return acked(f.Disband(ctx, group, who))
	case opensChat:
		return acked(f.EnterChat(ctx, who))
	case leavesFirm:
		return acked(f.UserLeft(ctx, who))
	case isKnown:
		return acked(f.UserChanged(ctx, who))
	}
	return fmt.Errorf("nothing like %s happens here", what)
}

func (f *onFeishu) tap(ctx context.Context, on sight, who, label string, form map[string]string) (tapped, error) {
	m := on.(onScreen).Message //nolint:forcetypeassert // it was taken from here
	filled, err := f.fill(m, form)
	if err != nil {
		return tapped{}, err
	}
	a, err := f.TapOpen(ctx, m, who, label, filled)
	if err == nil && a.Code != 0 {
		err = fmt.Errorf("the client shows an error: %+v", a)
	}
	return tapped{says: a.Toast, toast: true, changed: a.Changed}, err
}

// fill is a form as the client sends it.
func (f *onFeishu) fill(m feishutest.Message, form map[string]string) (map[string]any, error) {
	if form == nil {
		return nil, nil //nolint:nilnil // nothing is sent along
	}
	out := map[string]any{}
	for label, text := range form {
		in := slices.IndexFunc(m.Inputs(), func(in feishutest.Input) bool { return strings.HasPrefix(in.Label, label) })
		if in < 0 {
			return nil, fmt.Errorf("no input %s in\n%s", label, m.Text())
		}
		out[m.Inputs()[in].Name] = f.value(m.Inputs()[in], text)
	}
	return out, nil
}

func (f *onFeishu) value(in feishutest.Input, text string) any {
	values := strings.Split(text, "、")
	for i, v := range values {
		name, _, _ := strings.Cut(v, "（")
		if strings.HasSuffix(in.Tag, "person") {
			values[i] = f.people[name]
		}
		for _, o := range in.Options {
			if o.Text == v {
				values[i] = o.Value
			}
		}
	}
	switch {
	case strings.HasPrefix(in.Tag, "multi"):
		return values
	case strings.HasPrefix(in.Tag, "select"):
		return values[0]
	}
	return text
}

func (f *onFeishu) sights() []sight {
	var out []sight
	for _, m := range f.Messages() {
		if m.Type != "file" {
			out = append(out, onScreen{m})
		}
	}
	return out
}

// problems of a storm: calls are on their way when the platform asks for a pause,
// and a process that was killed forgets it.
func (f *onFeishu) problems(storm bool) []string {
	return slices.DeleteFunc(f.Problems(), func(p string) bool { return storm && strings.HasPrefix(p, "rate: ") })
}

func (f *onFeishu) twice() (heal func()) {
	return f.Break(feishutest.Fault{Kind: feishutest.Duplicate})
}

// onScreen is a message in the client of Feishu.
type onScreen struct{ feishutest.Message }

func (m onScreen) id() string     { return m.ID }
func (m onScreen) at() string     { return cmp.Or(m.To, m.Chat) }
func (m onScreen) letter() string { return m.ID }
func (m onScreen) text() string   { return m.Text() }
func (m onScreen) card() bool     { return m.Type == "interactive" }
func (m onScreen) edits() int     { return m.Edits }

func (m onScreen) tone() string {
	var card struct{ Header struct{ Template string } }
	if json.Unmarshal([]byte(m.Content), &card) != nil {
		return ""
	}
	return card.Header.Template
}

func (m onScreen) inputs() []string {
	var out []string
	for _, in := range m.Inputs() {
		out = append(out, in.Label)
	}
	return out
}

func (m onScreen) before() []sight {
	faces := m.Faces()
	var out []sight
	for _, face := range faces[:len(faces)-1] {
		out = append(out, onScreen{face})
	}
	return out
}

func (m onScreen) buttons() []pressable {
	var card any
	if json.Unmarshal([]byte(m.Content), &card) != nil {
		return nil
	}
	var out []pressable
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if v["tag"] == "button" {
				out = append(out, readButton(v))
			}
			for _, key := range []string{"body", "elements", "columns"} {
				walk(v[key])
			}
		}
	}
	walk(card)
	return out
}

func readButton(v map[string]any) pressable {
	var b struct {
		Text      struct{ Content string }
		Behaviors []struct {
			Value struct {
				C string `json:"c"`
			}
		}
	}
	text, err := json.Marshal(v)
	if err != nil || json.Unmarshal(text, &b) != nil || len(b.Behaviors) == 0 {
		return pressable{}
	}
	return pressable{b.Text.Content, b.Behaviors[0].Value.C}
}

// feishuFaults are all that the fake platform can do to us, each now and then.
func feishuFaults() []feishutest.Fault {
	return []feishutest.Fault{
		{Kind: feishutest.RateLimited, Every: 41}, {Kind: feishutest.TokenExpired, Every: 17}, {Kind: feishutest.BusyTarget, Every: 13},
		{Kind: feishutest.InFlight, Every: 19}, {Kind: feishutest.BadGateway, Every: 11}, {Kind: feishutest.Reset, Every: 23},
		{Kind: feishutest.TimeoutAfterAccept, Every: 29, Path: "/open-apis/im/v1/messages"}, {Kind: feishutest.Hang, Every: 67},
		{Kind: feishutest.Split, Every: 2}, {Kind: feishutest.Duplicate, Every: 3}, {Kind: feishutest.Reorder, Every: 4}, {Kind: feishutest.DropAck, Every: 5},
		{Kind: feishutest.OtherClient}, {Kind: feishutest.CutMidFrame, Every: 31}, {Kind: feishutest.HalfOpen, Times: 1, After: time.Second},
		{Kind: feishutest.PongEmptyConfig, Every: 2}, {Kind: feishutest.ConfigZeroPing, Every: 2},
	}
}

func (f *onFeishu) storm(time.Duration) (heal func()) {
	var heals []func()
	for _, fault := range feishuFaults() {
		heals = append(heals, f.Break(fault))
	}
	return func() {
		for _, heal := range heals {
			heal()
		}
	}
}

// repeats: the platform delivers again whatever was not acked.
func (*onFeishu) repeats() bool { return false }

// changeable: every message is a card, or is never changed.
func (*onFeishu) changeable(sight) bool { return true }

func (f *onFeishu) settle(ctx context.Context) error { return f.Settle(ctx) }

func (f *onFeishu) struck() string {
	out := []string{fmt.Sprintf("events given up %d", len(f.Abandoned()))}
	for _, fault := range feishuFaults() {
		out = append(out, fmt.Sprintf("%s %d", fault.Kind, f.Struck(fault.Kind)))
	}
	return strings.Join(out, ", ")
}
