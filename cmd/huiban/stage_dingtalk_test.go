package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
)

// What the administrator of a fake DingTalk set up.
const (
	dingSecret   = "client-secret-that-nobody-may-see"
	dingTemplate = "a1b2c3d4-test.schema"
)

// What the free edition and the next one have for a month, for a whole organisation.
const (
	freeCalls  = 5000
	freePushes = 3000
	paidCalls  = 200_000
)

// A rung is how far the administrator has come (docs/dingtalk.md): 0 the robot
// answers, 1 it may speak, 2 it has a card template that works.
type rung int

// onDingTalk is a stage on a fake DingTalk.
type onDingTalk struct {
	*dingtalktest.Server

	rung        rung
	calls       int    // a month, that the organisation has
	listen      string // of the HTTP mode: where huiban waits for messages
	departments map[string]int
	ids         map[string]string   // of people, by their names
	members     map[string][]string // of groups, by their ids
	made        int
	faults      []dingtalktest.Fault // of the last storm
}

// newDingTalk is a fake DingTalk; mode is how messages come: stream or http.
func newDingTalk(p *program, mode string, level rung, o dingtalktest.Options) *onDingTalk {
	p.Helper()
	o.ClientID, o.ClientSecret, o.Now = "dingtest", dingSecret, p.now
	fake, err := dingtalktest.Start(o)
	must(p.TB, err)
	p.Cleanup(func() { must(p.TB, fake.Close()) })
	d := &onDingTalk{Server: fake, rung: level, calls: cmp.Or(o.MonthlyCalls, freeCalls), departments: map[string]int{}, ids: map[string]string{}, members: map[string][]string{}}
	fake.AddDepartment(dingtalktest.Department{ID: 1, Name: "公司"})
	switch level {
	case 0:
		fake.Forbid("qyapi_robot_sendmsg", "Card.Instance.Write")
	case 1:
		fake.Forbid("Card.Instance.Write")
	default:
		fake.AddTemplate(dingtalktest.Template{ID: dingTemplate})
	}
	if mode == "http" {
		d.listen = freePort(p.TB)
	}
	return d
}

// dingCompany is a company of nobody yet on a DingTalk of its own.
func dingCompany(t testing.TB, mode, dsn string, level rung, o dingtalktest.Options) (*company, *onDingTalk) {
	t.Helper()
	p := newProgram(t, dsn)
	d := newDingTalk(p, mode, level, o)
	return newCompany(p, d), d
}

func (d *onDingTalk) environ() []string {
	out := []string{
		fmt.Sprintf("HUIBAN_DINGTALK_MONTHLY_CALLS=%d", d.calls),
		"HUIBAN_DINGTALK_CLIENT_ID=dingtest", "HUIBAN_DINGTALK_CLIENT_SECRET=" + dingSecret,
		"HUIBAN_DINGTALK_API=" + d.URL(), "HUIBAN_DINGTALK_OAPI=" + d.URL(),
	}
	if d.rung == 2 {
		out = append(out, "HUIBAN_DINGTALK_CARD_TEMPLATE="+dingTemplate)
	}
	if d.listen != "" {
		out = append(out, "HUIBAN_DINGTALK_MODE=http", "HUIBAN_DINGTALK_LISTEN="+d.listen)
	}
	return out
}

func (*onDingTalk) secrets() []string { return []string{dingSecret} }

func (d *onDingTalk) connected(context.Context) bool {
	if d.listen != "" {
		d.PostMessagesTo("http://" + d.listen + "/dingtalk")
	}
	return d.Connections() > 0
}

// manners: what is due comes at its minute; every change of a card costs a call.
func (d *onDingTalk) manners() manners {
	return manners{
		narrow: d.rung < 2, paced: d.rung == 2, thrifty: d.rung == 2 && d.calls <= freeCalls,
		lag: func(time.Time) time.Duration { return 20 * time.Second },
	}
}

func (d *onDingTalk) person(h human) string {
	if h.id == "" {
		d.made++
		h.id = fmt.Sprintf("staff%02d", d.made)
		d.ids[h.name] = h.id
	}
	if d.departments[h.department] == 0 {
		d.departments[h.department] = len(d.departments) + 2
		d.AddDepartment(dingtalktest.Department{ID: d.departments[h.department], Parent: 1, Name: h.department})
	}
	d.AddPerson(dingtalktest.Person{
		UserID: h.id, Name: h.name, Title: h.title, Departments: []int{d.departments[h.department]}, Manager: h.leader, Admin: h.admin,
	})
	return h.id
}

func (d *onDingTalk) group(name string, members []string) string {
	d.made++
	id := fmt.Sprintf("cid%02d==", d.made)
	d.AddGroup(dingtalktest.Group{ID: id, Name: name, Members: members})
	d.members[id] = members
	return id
}

// say is said as people do who know that DingTalk loses where a mention stood: one
// person is chosen from the picker, the names of several are typed, and of those whom
// the picker does not have because they are not in the chat.
func (d *onDingTalk) say(ctx context.Context, chat, who, text string) error {
	named, picked := 0, 0
	for name, id := range d.ids {
		n := strings.Count(text, "@"+name)
		named += n
		if slices.Contains(d.members[chat], id) {
			picked += n
		}
	}
	if named > 1 || picked < named || chat == "" {
		return taken(d.Type(ctx, chat, who, text))
	}
	return taken(d.Say(ctx, chat, who, text))
}

func (d *onDingTalk) reply(ctx context.Context, to sight, who, text string) error {
	return taken(d.Reply(ctx, to.id(), who, text))
}

// taken is the error of a delivery that was not acked.
func taken(d dingtalktest.Delivery, err error) error {
	if err == nil && !d.Acked {
		err = fmt.Errorf("not acked: %+v", d)
	}
	return err
}

func (d *onDingTalk) happens(ctx context.Context, what deed, group, who string) error {
	switch what {
	case botAdded:
		return taken(d.BotAdded(ctx, group, who))
	case botRemoved:
		return taken(d.BotRemoved(ctx, group, who))
	case groupGone:
		return taken(d.Disband(ctx, group, who))
	case leavesFirm:
		return taken(d.UserLeft(ctx, who))
	case isKnown:
		return taken(d.Event(ctx, "user_modify_org", map[string]any{"userId": []string{who}}))
	case opensChat:
	}
	return fmt.Errorf("nobody is told of %s here", what)
}

// tap: a button of a card is one; that of a message says its line for the person,
// and where there is none the line stands in the text, to be typed.
func (d *onDingTalk) tap(ctx context.Context, on sight, who, label string, form map[string]string) (tapped, error) {
	m := on.(onPhone).Message //nolint:forcetypeassert // it was taken from here
	line, typed := typedLines(m.TextFor(m.To))[label]
	switch {
	case m.Type != "card" && typed:
		return tapped{spoken: true}, taken(d.Say(ctx, m.Chat, who, line))
	case m.Type != "card":
		return tapped{spoken: true}, taken(d.TapLink(ctx, m.ID, who, label))
	}
	filled, err := fillFields(m.Form(who), form)
	if err != nil {
		return tapped{}, err
	}
	a, err := d.TapButton(ctx, m.ID, who, label, filled)
	if err == nil && a.TimedOut {
		err = errors.New("the client shows that nothing happened")
	}
	if err == nil && a.Overtaken {
		err = errors.New("the card was changed for everybody before the tap was answered")
	}
	now, _ := d.Message(m.ID)
	return tapped{says: now.TextFor(who), changed: a.Changed}, err
}

// fillFields is a form as the client sends it.
func fillFields(fields []dingtalktest.Field, form map[string]string) (map[string]any, error) {
	out := map[string]any{}
	for label, text := range form {
		in := slices.IndexFunc(fields, func(f dingtalktest.Field) bool { return strings.HasPrefix(f.Label, label) })
		if in < 0 {
			return nil, fmt.Errorf("no field %s among %v", label, fields)
		}
		out[fields[in].Name] = text
		if strings.HasPrefix(fields[in].Type, "MULTI") {
			out[fields[in].Name] = strings.Split(text, "、")
		}
	}
	return out, nil
}

func (d *onDingTalk) sights() []sight {
	var out []sight
	for _, m := range d.Messages() {
		if m.Type != "file" {
			out = append(out, onPhone{m})
		}
	}
	return out
}

// problems of a storm: an ack that comes too late is the storm's, and calls that
// were on their way when the platform asked for a pause.
func (d *onDingTalk) problems(storm bool) []string {
	return slices.DeleteFunc(d.Problems(), func(p string) bool {
		return storm && (strings.HasPrefix(p, "rate: ") || strings.HasPrefix(p, "ack: "))
	})
}

func (d *onDingTalk) twice() (heal func()) {
	return d.Break(dingtalktest.Fault{Kind: dingtalktest.Redeliver})
}

// onPhone is a message in the client of DingTalk.
type onPhone struct{ dingtalktest.Message }

func (m onPhone) id() string { return m.ID }
func (m onPhone) at() string { return cmp.Or(m.To, m.Chat) }
func (m onPhone) letter() string {
	switch {
	case m.OutTrackID != "" && m.To != "":
		return "c:" + m.OutTrackID + "#" + m.To
	case m.OutTrackID != "":
		return "c:" + m.OutTrackID
	case m.QueryKey != "":
		return "q:" + m.QueryKey
	}
	return ""
}

func (m onPhone) text() string {
	text := asWritten(m.TextFor(m.To))
	if m.Type == "card" {
		return text
	}
	return strings.TrimPrefix(text, dotOf(text)+" ")
}

// asWritten undoes what keeps people's words from being taken for markup: they look
// the same to who reads them.
func asWritten(text string) string {
	return strings.NewReplacer("＜", "<", "＞", ">", "＊", "*", "［", "[", "］", "]", "＿", "_").Replace(text)
}

// dots are the tones of cards, as the first of a message or a line of its own.
func dots() map[string]string {
	return map[string]string{"🟡": "yellow", "🔴": "red", "🟢": "green", "⚪": "grey", "🔵": "blue"}
}

// dotOf is the first dot of a text.
func dotOf(text string) string {
	for _, r := range text {
		if dots()[string(r)] != "" {
			return string(r)
		}
	}
	return ""
}

// toType is a button that is no button: what it says is to be typed.
var toType = regexp.MustCompile(`(?m)^〔(.+?)〕(.+)$`)

// typedLines are what is to be typed, by what it is called.
func typedLines(text string) map[string]string {
	out := map[string]string{}
	_, text, _ = strings.Cut(text, "请直接输入：\n")
	for _, found := range toType.FindAllStringSubmatch(text, -1) {
		out[found[1]] = found[2]
	}
	return out
}

func (m onPhone) card() bool {
	return m.Type == "card" || m.Type == "actionCard" || m.Type == "markdown"
}
func (m onPhone) edits() int   { return m.Edits }
func (m onPhone) tone() string { return dots()[dotOf(m.TextFor(m.To))] }

func (m onPhone) inputs() []string {
	var out []string
	for _, f := range m.Form(m.To) {
		out = append(out, f.Label)
	}
	return out
}

func (m onPhone) before() []sight {
	faces := m.Faces()
	var out []sight
	for _, face := range faces[:len(faces)-1] {
		out = append(out, onPhone{face})
	}
	return out
}

func (m onPhone) buttons() []pressable {
	var out []pressable
	for _, label := range m.ButtonsFor(m.To) {
		out = append(out, pressable{label, m.command(label)})
	}
	_, typed, _ := strings.Cut(m.TextFor(m.To), "请直接输入：\n")
	for _, found := range toType.FindAllStringSubmatch(typed, -1) {
		out = append(out, pressable{found[1], commandIn(found[2])})
	}
	return out
}

// command is that of a button: what it says, or what its card carries.
func (m onPhone) command(label string) string {
	for _, link := range m.Links() {
		if u, err := url.Parse(link.URL); link.Label == label && err == nil {
			return commandIn(u.Query().Get("content"))
		}
	}
	route, _ := m.Sends(m.To, label)["route"].(string)
	payload, _, _ := strings.Cut(route, ".")
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	var carried struct {
		Routes []struct {
			Command string `json:"c"`
		} `json:"r"`
	}
	if err != nil || json.Unmarshal(raw, &carried) != nil || len(carried.Routes) == 0 {
		return ""
	}
	return carried.Routes[0].Command
}

// commandIn is the first word of a line to the bot.
func commandIn(line string) string {
	word, _, _ := strings.Cut(strings.TrimPrefix(line, "@会办 "), " ")
	return word
}

// dingFaults are all that the fake platform can do to us, each now and then. What
// ends a month is not among them (TestDingTalkMonthIsOver), nor in a short storm are
// connections that die unseen, for that is noticed after a minute and a half.
func dingFaults(long time.Duration) []dingtalktest.Fault {
	const robot, cards = "/v1.0/robot/", "/v1.0/card/instances"
	faults := []dingtalktest.Fault{
		{Kind: dingtalktest.QPSLimit, Every: 41}, {Kind: dingtalktest.InvalidAuthentication, Every: 47}, {Kind: dingtalktest.SystemBusy, Every: 13},
		{Kind: dingtalktest.UnknownSendResult, Every: 29, Path: robot}, {Kind: dingtalktest.UnknownSendResult, Every: 29, Path: cards},
		{Kind: dingtalktest.BadGateway, Every: 23}, {Kind: dingtalktest.Reset, Every: 31},
		{Kind: dingtalktest.TimeoutAfterAccept, Every: 37, Path: robot}, {Kind: dingtalktest.TimeoutAfterAccept, Every: 37, Path: cards},
		{Kind: dingtalktest.Hang, Every: 97}, {Kind: dingtalktest.CardAlreadyExist, Every: 19},
		{Kind: dingtalktest.NotDelivered, Every: 17}, {Kind: dingtalktest.FlowControlled, Every: 11},
		{Kind: dingtalktest.Lose, Every: 50}, {Kind: dingtalktest.OtherClient, Every: 43}, {Kind: dingtalktest.QuotaNotice, Every: 53},
		{Kind: dingtalktest.Redeliver, Every: 3}, {Kind: dingtalktest.Disconnecting, Every: 37}, {Kind: dingtalktest.CutMidFrame, Every: 31},
		{Kind: dingtalktest.RobotNameLeft, Every: 5}, {Kind: dingtalktest.LateTap, Every: 9},
	}
	if long > time.Minute {
		faults = append(faults, dingtalktest.Fault{Kind: dingtalktest.Zombie, Times: 1, After: time.Second}, dingtalktest.Fault{Kind: dingtalktest.HalfOpen, Times: 1, After: 2 * time.Second})
	}
	return faults
}

func (d *onDingTalk) storm(long time.Duration) (heal func()) {
	d.faults = dingFaults(long)
	var heals []func()
	for _, fault := range d.faults {
		heals = append(heals, d.Break(fault))
	}
	return func() {
		for _, heal := range heals {
			heal()
		}
	}
}

// repeats: what found nobody connected, went to another client or is over quota is
// lost, and people who get no answer say it again.
func (*onDingTalk) repeats() bool { return true }

// changeable: what goes out a rung lower is no card.
func (*onDingTalk) changeable(m sight) bool { return m.(onPhone).Type == "card" } //nolint:forcetypeassert // it was taken from here

func (d *onDingTalk) settle(ctx context.Context) error { return d.Settle(ctx) }

func (d *onDingTalk) struck() string {
	var out []string
	for _, fault := range d.faults {
		if one := fmt.Sprintf("%s %d", fault.Kind, d.Struck(fault.Kind)); !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return strings.Join(out, ", ")
}
