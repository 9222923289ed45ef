package playground

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"huiban/bot"
)

// botName is what the bot is called here.
const botName = "会办"

// longestName is how many characters the name of a person or a group may have.
const longestName = 40

// A Person is somebody who can be played. Leader is a person's id.
type Person struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Department string `json:"department"`
	Title      string `json:"title"`
	Leader     string `json:"leader"`
	Admin      bool   `json:"admin"`
	Active     bool   `json:"active"`
}

func (p *Person) label() string {
	if p.Department == "" {
		return p.Name
	}
	return p.Name + "（" + p.Department + "）"
}

func account(person string) bot.Account { return bot.Account(name + ":" + person) }

// private is the id of a person's private chat with the bot.
func private(person string) string { return "d" + strings.TrimPrefix(person, "p") }

func (p *Person) profile() bot.Profile {
	out := bot.Profile{
		Account: account(p.ID), Name: p.Name, Department: p.Department, Title: p.Title, Admin: p.Admin, Inactive: !p.Active,
	}
	if p.Leader != "" {
		out.Leader = account(p.Leader)
	}
	return out
}

// SavePerson changes the person with the given id or adds one without, with a
// private chat, and tells the inbox if there is one. Leader may be an id or a
// name. People are never removed: who leaves is no longer Active.
func (p *Platform) SavePerson(ctx context.Context, x Person) (Person, error) {
	saved, err := p.record.savePerson(x)
	if err != nil {
		return Person{}, err
	}
	in, _ := p.inbox()
	if in == nil {
		return saved, nil // Run will announce it
	}
	defer p.door.RUnlock()
	h := p.record.happening(saved.ID)
	if err := in.Happened(ctx, h.Happening); err != nil {
		return Person{}, fmt.Errorf("person %s: %w", saved.ID, err)
	}
	return saved, nil
}

func (r *record) savePerson(x Person) (Person, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x.ID == "" {
		x.ID = "p" + strconv.Itoa(len(r.people)+1)
	} else {
		old, err := r.person(x.ID)
		if err != nil {
			return Person{}, err
		}
		x.ID = old.ID
	}
	x.Name, x.Department, x.Title = strings.TrimSpace(x.Name), strings.TrimSpace(x.Department), strings.TrimSpace(x.Title)
	if err := checkName("姓名", x.Name); err != nil {
		return Person{}, err
	}
	if utf8.RuneCountInString(x.Department) > longestName || utf8.RuneCountInString(x.Title) > longestName {
		return Person{}, refuse(http.StatusBadRequest, "部门和职务最多%d个字，请写短一点。", longestName)
	}
	if x.Leader != "" {
		leader, err := r.person(x.Leader)
		if err != nil {
			return Person{}, err
		}
		x.Leader = leader.ID
	}
	if r.above(x.Leader, x.ID) {
		return Person{}, refuse(http.StatusBadRequest, "%s不能是自己的上级，隔着别人也不行，请换一位。", x.Name)
	}
	return x, r.write(entry{Person: &x})
}

// above reports whether somebody is a leader's leader, or the leader.
func (r *record) above(leader, person string) bool {
	for range r.people {
		if leader == person {
			return true
		}
		n, ok := number(leader, "p")
		if !ok || n < 1 || n > len(r.people) {
			return false
		}
		leader = r.people[n-1].Leader
	}
	return leader == person
}

func checkName(what, s string) error {
	switch {
	case s == "":
		return refuse(http.StatusBadRequest, "请写上%s。", what)
	case utf8.RuneCountInString(s) > longestName:
		return refuse(http.StatusBadRequest, "%s最多%d个字，请写短一点。", what, longestName)
	case s == botName:
		return refuse(http.StatusBadRequest, "“会办”是机器人的名字，请换一个%s。", what)
	case strings.ContainsFunc(s, func(c rune) bool { return c == '@' || unicode.IsControl(c) }):
		return refuse(http.StatusBadRequest, "%s里不能有“@”和换行，请去掉。", what)
	}
	return nil
}

func (r *record) applyPerson(x Person) {
	r.changes[x.ID]++
	i := slices.IndexFunc(r.people, func(p *Person) bool { return p.ID == x.ID })
	if i >= 0 {
		r.people[i] = &x
		return
	}
	r.people = append(r.people, &x)
}

// person finds who is meant by an id, a name or a name with its department.
func (r *record) person(ref string) (*Person, error) {
	ref = strings.TrimPrefix(strings.TrimSpace(ref), "@")
	if ref == "" {
		return nil, refuse(http.StatusBadRequest, "请写明是谁：写人的 id 或姓名。")
	}
	var found, active []*Person
	for _, p := range r.people {
		switch {
		case p.ID == ref:
			return p, nil
		case p.Name != ref && p.label() != ref:
			continue
		case p.Active:
			active = append(active, p)
		}
		found = append(found, p)
	}
	if len(active) > 0 {
		found = active
	}
	switch len(found) {
	case 0:
		return nil, refuse(http.StatusNotFound, "没有找到“%s”这个人，请写 GET /api/state 里有的 id 或姓名。", clip(ref))
	case 1:
		return found[0], nil
	}
	return nil, refuse(http.StatusConflict, "有%d位“%s”：%s，请写其中一位的 id。", len(found), clip(ref), namely(found))
}

func namely(people []*Person) string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.label() + " " + p.ID
	}
	return strings.Join(out, "、")
}

// clip shortens what somebody wrote for quoting it back.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= longestName {
		return s
	}
	return string([]rune(s)[:longestName]) + "…"
}

// An announcement is a happening about a person, and which change it tells of.
type announcement struct {
	bot.Happening
	person string
	change int
}

// happening tells of a person as they are now. It takes mu.
func (r *record) happening(id string) announcement {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, _ := r.person(id) // ids that were minted here are known
	return r.announce(p)
}

func (r *record) announce(p *Person) announcement {
	a := announcement{person: p.ID, change: r.changes[p.ID]}
	a.Happening = bot.Happening{
		Event: fmt.Sprintf("%s:person/%s/%d", name, p.ID, a.change),
		Kind:  bot.Known, Account: account(p.ID), Profile: p.profile(),
	}
	if !p.Active {
		a.Kind = bot.Left
	}
	return a
}

// changed lists who changed after what was announced. It takes mu.
func (r *record) changed(announced map[string]int) (out []announcement) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.people {
		if r.changes[p.ID] > announced[p.ID] {
			out = append(out, r.announce(p))
		}
	}
	return out
}

// Profile implements bot.Directory.
func (p *Platform) Profile(_ context.Context, a bot.Account) (bot.Profile, error) {
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	x, ok := p.record.owner(a)
	if !ok {
		return bot.Profile{}, fmt.Errorf("account %s: %w", a, bot.ErrUnknown)
	}
	return x.profile(), nil
}

func (r *record) owner(a bot.Account) (*Person, bool) {
	id, ok := strings.CutPrefix(string(a), name+":")
	i := slices.IndexFunc(r.people, func(p *Person) bool { return p.ID == id })
	if !ok || i < 0 {
		return nil, false
	}
	return r.people[i], true
}

// People lists everybody in the order they came.
func (p *Platform) People() []Person {
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	out := make([]Person, len(p.record.people))
	for i, x := range p.record.people {
		out[i] = *x
	}
	return out
}

func (s *server) getState(w http.ResponseWriter, _ *http.Request) error {
	s.answer(w, struct {
		Now    string   `json:"now"`
		People []Person `json:"people"`
		Chats  []Chat   `json:"chats"`
	}{moment(s.world.Now()), s.p.People(), s.p.Chats()})
	return nil
}

func (s *server) postPeople(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Person

		Active *bool `json:"active"` // somebody who is added works here unless it says no
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	body.Person.Active = body.ID == ""
	if body.Active != nil {
		body.Person.Active = *body.Active
	}
	saved, err := s.p.SavePerson(r.Context(), body.Person)
	if err != nil {
		return err
	}
	s.answer(w, saved)
	return nil
}
