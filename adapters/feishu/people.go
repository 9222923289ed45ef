package feishu

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"

	"huiban/bot"
)

// How long what was looked up is believed. The events about people and groups
// end it earlier.
const (
	believePeople  = time.Hour
	believeMembers = 10 * time.Minute
	mostPages      = 20     // of 100 members each
	mostSpotted    = 20     // people named in one message
	mostKnown      = 20_000 // entries of a kind before all are looked up anew
)

// A directory looks up people and groups and remembers the answers for a while,
// because calls are counted by the month.
type directory struct {
	client *client
	now    func() time.Time

	mu          sync.Mutex
	people      map[string]kept[bot.Profile]
	departments map[string]kept[string]
	members     map[string]kept[[]string]
	names       map[string]string // of people outside the app's contacts range, seen in groups and mentions
	seenIn      map[string]string // a group that a person was last heard in
}

type kept[T any] struct {
	value T
	until time.Time
}

func newDirectory(c *client, now func() time.Time) *directory {
	return &directory{
		client: c, now: now,
		people: map[string]kept[bot.Profile]{}, departments: map[string]kept[string]{}, members: map[string]kept[[]string]{},
		names: map[string]string{}, seenIn: map[string]string{},
	}
}

// Profile implements bot.Directory. Where the app's contacts range forbids a
// look (41050), the name is taken from the groups that the person is in.
func (p *Platform) Profile(ctx context.Context, a bot.Account) (bot.Profile, error) {
	return p.directory.profile(ctx, bare(a))
}

// Members implements bot.Roster.
func (p *Platform) Members(ctx context.Context, chat bot.ChatID) ([]bot.Account, error) {
	ids, err := p.directory.membersOf(ctx, bare(chat))
	out := make([]bot.Account, len(ids))
	for i, id := range ids {
		out[i] = identity{id}.account()
	}
	return out, err
}

// Spot implements bot.Spotter. Names of one character are no names.
func (p *Platform) Spot(ctx context.Context, chat bot.ChatID, private bool, text string) []bot.Account {
	var among []string
	if !private {
		ids, err := p.directory.membersOf(ctx, bare(chat))
		if err != nil {
			return nil // the log has it by Members
		}
		among = ids
	}
	return p.directory.named(text, among)
}

// named are the people whose names stand in a text: of those ids, or of all whose
// names were seen if there are none.
func (d *directory) named(text string, ids []string) []bot.Account {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ids == nil {
		ids = slices.Sorted(maps.Keys(d.names))
	}
	var out []bot.Account
	for _, id := range ids {
		if name := d.names[id]; utf8.RuneCountInString(name) > 1 && strings.Contains(text, name) && len(out) < mostSpotted {
			out = append(out, identity{id}.account())
		}
	}
	return out
}

func (d *directory) profile(ctx context.Context, id string) (bot.Profile, error) {
	if known, ok := look(d, d.people, id); ok {
		return known, nil
	}
	u, err := d.user(ctx, id)
	if err != nil && !hidden(err) {
		return bot.Profile{}, err
	}
	if u.Name == "" {
		if u.Name = d.nameOf(ctx, id); u.Name == "" {
			return bot.Profile{}, fmt.Errorf("open id %s: %w", id, bot.ErrUnknown)
		}
	}
	out := d.profileOf(ctx, u)
	out.Account = identity{id}.account()
	keep(d, d.people, id, out, believePeople)
	return out, nil
}

// profileOf is a person in our terms.
func (d *directory) profileOf(ctx context.Context, u user) bot.Profile {
	out := bot.Profile{
		Account: identity{u.OpenID}.account(), Name: u.Name, Title: u.JobTitle, Admin: u.Admin,
		Inactive: u.Status.Resigned || u.Status.Exited || u.Status.Frozen,
	}
	if soundID.MatchString(u.UnionID) {
		out.Also = []bot.Account{bot.Account(Name + ":" + u.UnionID)} // an open_id is good for one app only
	}
	if u.Leader != "" {
		out.Leader = identity{u.Leader}.account()
	}
	if len(u.Departments) > 0 {
		out.Department = d.department(ctx, u.Departments[0])
	}
	return out
}

func (d *directory) user(ctx context.Context, id string) (user, error) {
	var answer struct {
		User user `json:"user"`
	}
	err := d.client.call(ctx, request{
		method: http.MethodGet, path: "/open-apis/contact/v3/users/:id", params: larkcore.PathParams{"id": id},
		query: larkcore.QueryParams{"user_id_type": {"open_id"}, "department_id_type": {"open_department_id"}},
	}, &answer)
	return answer.User, err
}

// hidden reports whether the platform keeps a person from the app: outside its
// contacts range, or a scope that was not granted.
func hidden(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && (e.Code == codeNoContact || e.Code == codeNoScope)
}

// department is the name of a department, empty where it may not be seen.
func (d *directory) department(ctx context.Context, id string) string {
	if known, ok := look(d, d.departments, id); ok {
		return known
	}
	var answer struct {
		Department struct {
			Name string `json:"name"`
		} `json:"department"`
	}
	err := d.client.call(ctx, request{
		method: http.MethodGet, path: "/open-apis/contact/v3/departments/:id", params: larkcore.PathParams{"id": id},
		query: larkcore.QueryParams{"department_id_type": {"open_department_id"}},
	}, &answer)
	if err != nil && !hidden(err) {
		return ""
	}
	keep(d, d.departments, id, answer.Department.Name, believePeople)
	return answer.Department.Name
}

// nameOf is a name that was seen somewhere, or is now in the group where the
// person was last heard.
func (d *directory) nameOf(ctx context.Context, id string) string {
	d.mu.Lock()
	name, chat := d.names[id], d.seenIn[id]
	d.mu.Unlock()
	if name != "" || chat == "" {
		return name
	}
	if _, err := d.membersOf(ctx, chat); err != nil {
		return ""
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.names[id]
}

// membersOf are the people of a group, and their names as a by-product.
func (d *directory) membersOf(ctx context.Context, chat string) ([]string, error) {
	if known, ok := look(d, d.members, chat); ok {
		return slices.Clone(known), nil
	}
	var ids []string
	page := ""
	for range mostPages {
		var answer struct {
			Items []struct {
				ID   string `json:"member_id"`
				Name string `json:"name"`
			} `json:"items"`
			Next string `json:"page_token"`
			More bool   `json:"has_more"`
		}
		query := larkcore.QueryParams{"member_id_type": {"open_id"}, "page_size": {"100"}}
		if page != "" {
			query.Set("page_token", page)
		}
		err := d.client.call(ctx, request{
			method: http.MethodGet, path: "/open-apis/im/v1/chats/:id/members", params: larkcore.PathParams{"id": chat}, query: query,
		}, &answer)
		if err != nil {
			return nil, err
		}
		for _, m := range answer.Items {
			ids = append(ids, m.ID)
			d.learn(m.ID, m.Name)
		}
		if !answer.More || answer.Next == "" {
			break
		}
		page = answer.Next
	}
	keep(d, d.members, chat, ids, believeMembers)
	return slices.Clone(ids), nil
}

// chatName is what a group is called, empty where that cannot be told.
func (d *directory) chatName(ctx context.Context, chat string) string {
	var answer struct {
		Name string `json:"name"`
	}
	err := d.client.call(ctx, request{
		method: http.MethodGet, path: "/open-apis/im/v1/chats/:id", params: larkcore.PathParams{"id": chat},
	}, &answer)
	if err != nil {
		return ""
	}
	return answer.Name
}

// learn notes a name seen beside an open id.
func (d *directory) learn(id, name string) {
	if id == "" || name == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.names) > mostKnown {
		clear(d.names)
	}
	d.names[id] = name
}

// heard notes in which group somebody was heard last.
func (d *directory) heard(id, chat string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.seenIn) > mostKnown {
		clear(d.seenIn)
	}
	d.seenIn[id] = chat
}

// forget drops what is believed of a group's members.
func (d *directory) forget(chat string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.members, chat)
}

// forgetPerson drops what is believed of a person.
func (d *directory) forgetPerson(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.people, id)
}

func look[T any](d *directory, in map[string]kept[T], id string) (T, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	k, ok := in[id]
	return k.value, ok && d.now().Before(k.until)
}

func keep[T any](d *directory, in map[string]kept[T], id string, value T, long time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(in) > mostKnown {
		clear(in)
	}
	in[id] = kept[T]{value, d.now().Add(long)}
}
