package dingtalk

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"huiban/bot"
)

// How long what was looked up is believed, and how much of it is kept.
const (
	believePeople = time.Hour
	mostKnown     = 20_000 // entries of a kind before all are looked up anew
	mostSpotted   = 20     // people named in one message
	mostSearched  = 6      // names behind an @ that are searched for, of one message
	mostOfAName   = 5      // people of one name
)

// A directory looks up people and remembers the answers for a while. Nobody lists
// the members of a group: they are learnt from what is said and tapped.
type directory struct {
	client *client
	now    func() time.Time

	mu          sync.Mutex
	people      map[string]kept[bot.Profile]
	departments map[int]kept[string]
	searched    map[string]kept[[]string]      // userIds by name
	names       map[string]string              // of whoever was seen
	seen        map[string]map[string]struct{} // in which group
}

type kept[T any] struct {
	value T
	until time.Time
}

func newDirectory(c *client, now func() time.Time) *directory {
	return &directory{
		client: c, now: now, people: map[string]kept[bot.Profile]{}, departments: map[int]kept[string]{},
		searched: map[string]kept[[]string]{}, names: map[string]string{}, seen: map[string]map[string]struct{}{},
	}
}

// Profile implements bot.Directory. Of whom the app may not look up the name is the
// one seen in messages.
func (p *Platform) Profile(ctx context.Context, a bot.Account) (bot.Profile, error) {
	return p.directory.profile(ctx, strings.TrimPrefix(string(a), Name+":"))
}

// Spot implements bot.Spotter: those whose names stand in a text, of the people seen
// in the group, and in a private chat of all who were seen. A name typed behind @
// is searched for in the organisation, which costs no quota.
func (p *Platform) Spot(ctx context.Context, chat bot.ChatID, private bool, text string) []bot.Account {
	group := strings.TrimPrefix(string(chat), Name+":")
	if private {
		group = ""
	}
	out, known := p.directory.named(text, group)
	searched := 0
	for _, typed := range typedName.FindAllStringSubmatch(text, -1) {
		if searched == mostSearched || slices.ContainsFunc(known, func(n string) bool { return strings.HasPrefix(typed[1], n) }) {
			continue
		}
		searched++
		for _, id := range p.directory.searchFor(ctx, typed[1]) {
			if a := account(id); len(out) < mostSpotted && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

// typedName is what stands behind an @ in Chinese; where the name ends nobody tells.
var typedName = regexp.MustCompile(`[@＠](\p{Han}{2,12})`)

// named are the people seen in a group whose names stand in a text, and the names;
// of no group are all.
func (d *directory) named(text, group string) (out []bot.Account, names []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var ids []string
	for id, name := range d.names {
		if _, here := d.seen[group][id]; group != "" && !here {
			continue
		}
		if utf8.RuneCountInString(name) > 1 && strings.Contains(text, name) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids[:min(len(ids), mostSpotted)] {
		out, names = append(out, account(id)), append(names, d.names[id])
	}
	return out, names
}

// searchFor finds the people of the organisation whose whole name a text begins
// with: of four characters, three, or two.
func (d *directory) searchFor(ctx context.Context, text string) []string {
	runes := []rune(text)
	for n := min(len(runes), 4); n >= 2; n-- {
		if ids := d.search(ctx, string(runes[:n])); len(ids) > 0 {
			return ids
		}
	}
	return nil
}

func (d *directory) search(ctx context.Context, name string) []string {
	if ids, ok := look(d, d.searched, name); ok {
		return ids
	}
	var answer struct {
		List []string `json:"list"`
	}
	err := d.client.call(ctx, request{
		method: http.MethodPost, path: "/v1.0/contact/users/search", free: true,
		body: map[string]any{"queryWord": name, "offset": 0, "size": mostOfAName, "fullMatchField": 1},
	}, &answer)
	if err != nil && !hidden(err) {
		d.client.log.WarnContext(ctx, "search for a name", "error", err)
		return nil
	}
	keep(d, d.searched, name, answer.List, believePeople)
	return answer.List
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
		if u.Name = d.nameOf(id); u.Name == "" {
			return bot.Profile{}, fmt.Errorf("user %s: %w", id, bot.ErrUnknown)
		}
	}
	out := bot.Profile{Account: account(id), Name: u.Name, Title: u.Title, Admin: u.Admin}
	if u.Manager != "" {
		out.Leader = account(u.Manager)
	}
	if len(u.Departments) > 0 {
		out.Department = d.department(ctx, u.Departments[0])
	}
	d.meet(id, u.Name, "")
	keep(d, d.people, id, out, believePeople)
	return out, nil
}

// A user is a person as the contacts API shows one; a field without its permission
// is absent.
type user struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Manager     string `json:"manager_userid"`
	Departments []int  `json:"dept_id_list"`
	Admin       bool   `json:"admin"`
}

// encryptedID begins the id of a person of whom the app may know no userId.
const encryptedID = "$:LWCP"

func (d *directory) user(ctx context.Context, id string) (user, error) {
	if strings.HasPrefix(id, encryptedID) {
		if d.nameOf(id) == "" {
			return user{Name: "外部人员"}, nil
		}
		return user{}, nil
	}
	var answer struct {
		Result user `json:"result"`
	}
	err := d.client.call(ctx, request{
		method: http.MethodPost, path: "/topapi/v2/user/get", oapi: true, free: true,
		body: map[string]string{"userid": id, "language": "zh_CN"},
	}, &answer)
	return answer.Result, err
}

// hidden reports whether the platform keeps somebody from the app: a permission, or
// outside its range, or gone.
func hidden(err error) bool {
	return denied(err) || unreachable(err)
}

// department is the name of a department, empty where it may not be seen.
func (d *directory) department(ctx context.Context, id int) string {
	if known, ok := look(d, d.departments, id); ok {
		return known
	}
	var answer struct {
		Result struct {
			Name string `json:"name"`
		} `json:"result"`
	}
	err := d.client.call(ctx, request{
		method: http.MethodPost, path: "/topapi/v2/department/get", oapi: true, free: true,
		body: map[string]any{"dept_id": id, "language": "zh_CN"},
	}, &answer)
	if err != nil && !hidden(err) {
		return ""
	}
	keep(d, d.departments, id, answer.Result.Name, believePeople)
	return answer.Result.Name
}

// meet notes that somebody was seen: by name, if it is known, and in a group, if it
// was one.
func (d *directory) meet(id, name, group string) {
	if id == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.names) > mostKnown || len(d.seen) > mostKnown {
		clear(d.names)
		clear(d.seen)
	}
	if name != "" {
		d.names[id] = name
	}
	if group == "" {
		return
	}
	if d.seen[group] == nil {
		d.seen[group] = map[string]struct{}{}
	}
	d.seen[group][id] = struct{}{}
}

func (d *directory) nameOf(id string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.names[id]
}

// mentionable are the people of an Out, those as no more than names who were not
// seen in its group: of whoever is not there an answer would show the id, and a card
// would ring for nobody.
func (d *directory) mentionable(o bot.Out) map[string]bot.Shown {
	out := maps.Clone(o.People)
	d.mu.Lock()
	defer d.mu.Unlock()
	for token, who := range out {
		if _, here := d.seen[bare(o.Chat)][bare(who.Account)]; !here {
			who.Account = ""
			out[token] = who
		}
	}
	return out
}

// leaves notes that somebody is no longer in a group.
func (d *directory) leaves(id, group string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.seen[group], id)
}

// forget drops what is believed of a person.
func (d *directory) forget(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.people, id)
	clear(d.searched)
}

func look[K comparable, T any](d *directory, in map[K]kept[T], id K) (T, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	k, ok := in[id]
	return k.value, ok && d.now().Before(k.until)
}

func keep[K comparable, T any](d *directory, in map[K]kept[T], id K, value T, long time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(in) > mostKnown {
		clear(in)
	}
	in[id] = kept[T]{value, d.now().Add(long)}
}
