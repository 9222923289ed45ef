package bottest

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/workday"
)

// do plays one step.
func (s *stage) do(st step) {
	text := st.text
	if platform, rest, _ := strings.Cut(text, " "); platform == "full" || platform == "narrow" {
		if platform != s.fake.Name() {
			return
		}
		text = rest
	}
	verb, rest, _ := strings.Cut(text, " ")
	play := map[string]func(string){
		"now": s.now, "group": s.group, "later": s.later, "until": func(at string) { s.until(s.moment(at)) }, "next": s.next,
		"again": s.again, "file": s.file, "leaves": s.leaves, "fault": s.fault, "habits": s.habits,
		"bot": s.bot, "opens": s.opens, "menu": s.menu, "beside": s.beside,
	}[verb]
	who, tapped, taps := strings.Cut(text, " taps ")
	switch {
	case text == "" || strings.HasPrefix(text, "#"):
	case text == "people":
		for _, line := range st.block {
			s.person(line)
		}
	case play != nil:
		play(rest)
	case taps:
		s.tap(who, tapped)
	default:
		s.say(text)
	}
}

func (s *stage) moment(text string) time.Time {
	s.Helper()
	at, err := time.ParseInLocation(minute, text, workday.Zone)
	s.must(err)
	return at
}

func (s *stage) now(text string) {
	if s.last != nil {
		s.fatalf("now stands at the head; until moves the clock")
	}
	s.clock.Set(s.moment(text))
}

// person reads name, department, title, leader=… and admin; a dash is nothing.
func (s *stage) person(line string) {
	fields := strings.Fields(line)
	p := bot.Profile{Account: s.on(fields[0]).Account(fields[0]), Name: strings.TrimPrefix(fields[0], otherSide)}
	plain := []*string{&p.Department, &p.Title}
	for _, f := range fields[1:] {
		leader, isLeader := strings.CutPrefix(f, "leader=")
		switch {
		case isLeader:
			p.Leader = s.on(leader).Account(leader)
		case f == "admin":
			p.Admin = true
		case len(plain) == 0:
			s.fatalf("%q: what is %s?", line, f)
		default:
			*plain[0] = strings.TrimPrefix(f, "-")
			plain = plain[1:]
		}
	}
	s.join(p)
}

func (s *stage) join(p bot.Profile) {
	s.places[string(p.Account)] = p.Name
	if f := s.of("", p.Account); f == s.other {
		s.places[string(p.Account)] = otherSide + p.Name
	}
	s.of("", p.Account).Join(p)
	s.must(s.engine.Happened(s.Context(), bot.Happening{Event: s.event(), Kind: bot.Known, Account: p.Account, Profile: p}))
}

func (s *stage) event() string {
	s.events++
	return "e" + strconv.Itoa(s.events)
}

func (s *stage) group(text string) {
	name, names, _ := strings.Cut(strings.ReplaceAll(text, "：", ":"), ":")
	var members []bot.Account
	for _, member := range strings.FieldsFunc(names, func(r rune) bool { return strings.ContainsRune(",，、 ", r) }) {
		a := s.on(member).Account(member)
		if s.places[string(a)] == "" {
			s.join(bot.Profile{Account: a, Name: strings.TrimPrefix(member, otherSide)})
		}
		members = append(members, a)
	}
	chat := s.on(name).Chat(name)
	s.places[string(chat)] = name
	s.on(name).Gather(chat, members...)
}

// later reads 2h, 30m, 3d.
func (s *stage) later(text string) {
	days, isDays := strings.CutSuffix(text, "d")
	if isDays {
		n, err := strconv.Atoi(days)
		s.must(err)
		s.until(s.clock.Now().AddDate(0, 0, n))
		return
	}
	d, err := time.ParseDuration(text)
	s.must(err)
	s.until(s.clock.Now().Add(d))
}

func (s *stage) next(string) {
	at, jobs, ok := s.due()
	if !ok {
		s.wrongf("nothing is due any more")
		return
	}
	s.reach(at, jobs)
}

func (s *stage) again(string) {
	if s.last == nil {
		s.fatalf("nothing was delivered yet")
	}
	s.last()
	s.drain()
}

func (s *stage) file(text string) {
	name, content, _ := strings.Cut(text, " ")
	s.files = append(s.files, s.put(name, content))
}

func (s *stage) put(name, content string) bot.FileID {
	if content == "" {
		content = name
	}
	f, err := s.store.PutFile(s.Context(), name, strings.NewReader(content))
	s.must(err)
	return f.ID
}

func (s *stage) leaves(name string) {
	s.must(s.engine.Happened(s.Context(), bot.Happening{Event: s.event(), Kind: bot.Left, Account: s.known(name)}))
	s.drain()
}

func (s *stage) fault(text string) {
	name, kind, _ := strings.Cut(text, " ")
	fault := Fault(kind)
	if kind == "ok" {
		fault = None
	}
	if !slices.Contains([]Fault{None, Gone, Retry, Busy, Timeout, Stale}, fault) {
		s.fatalf("no fault is called %s", kind)
	}
	place := string(s.on(name).Chat(name))
	if s.places[place] == "" {
		place = string(s.known(name))
	}
	s.on(name).Break(place, fault)
}

// happens tells the engine what happened on the platform.
func (s *stage) happens(h bot.Happening) {
	h.Event = s.event()
	s.last = func() { s.must(s.engine.Happened(s.Context(), h)) }
	s.last()
	s.drain()
}

// bot reads “added 产品群 周敏”, “removed 产品群” and “gone 产品群”.
func (s *stage) bot(text string) {
	what, rest, _ := strings.Cut(text, " ")
	name, who, _ := strings.Cut(rest, " ")
	h := bot.Happening{Chat: s.on(name).Chat(name), Name: name}
	switch what {
	case "added":
		h.Kind, h.Account = bot.BotAdded, s.known(who)
	case "removed":
		h.Kind = bot.BotRemoved
	case "gone":
		h.Kind = bot.ChatGone
	default:
		s.fatalf("the bot cannot be %s", what)
	}
	s.happens(h)
}

func (s *stage) opens(name string) {
	s.happens(bot.Happening{Kind: bot.Entered, Account: s.known(name), Chat: s.private(name)})
}

func (s *stage) menu(text string) {
	name, entry, _ := strings.Cut(text, " ")
	s.happens(bot.Happening{Kind: bot.Menu, Account: s.known(name), Chat: s.private(name), Text: entry})
}

func (s *stage) private(name string) bot.ChatID {
	return bot.ChatID(s.on(name).Name() + ":private/" + name)
}

// habits reads life=13d, pace=30s, crowded, files, thrifty, keyless, loose and
// answers.
func (s *stage) habits(text string) {
	var h Habits
	for word := range strings.FieldsSeq(text) {
		life, isLife := strings.CutPrefix(word, "life=")
		pace, isPaced := strings.CutPrefix(word, "pace=")
		switch {
		case isPaced:
			var err error
			h.Pace, err = time.ParseDuration(pace)
			s.must(err)
		case word == "thrifty":
			h.Thrifty = true
		case word == "loose":
			h.Loose = true
		case word == "keyless":
			h.Keyless = true
		case word == "answers":
			h.Answers = true
		case isLife:
			days, err := strconv.Atoi(strings.TrimSuffix(life, "d"))
			s.must(err)
			h.CardLife = time.Duration(days) * 24 * time.Hour
		case word == "crowded":
			h.Crowded = true
		case word == "files":
			h.Files = true
		default:
			s.fatalf("no platform is %s", word)
		}
	}
	s.fake.Adopt(h)
}

// known is the account of a person of the transcript.
func (s *stage) known(name string) bot.Account {
	s.Helper()
	a := s.on(name).Account(name)
	if s.places[string(a)] == "" {
		s.fatalf("nobody is called %q", name)
	}
	return a
}

// where splits “group person” or “person” into a chat, empty if private, and
// the speaker.
func (s *stage) where(fields []string) (bot.ChatID, bot.Account) {
	s.Helper()
	switch len(fields) {
	case 1:
		return "", s.known(fields[0])
	case 2:
		chat := s.on(fields[0]).Chat(fields[0])
		if s.places[string(chat)] == "" {
			s.fatalf("no group is called %s", fields[0])
		}
		return chat, s.known(fields[1])
	}
	s.fatalf("who speaks?")
	return "", ""
}

// spoken is a line that somebody says, with who and where before the colon.
var spoken = regexp.MustCompile(`^([^:：]+)[:：] ?(.*)$`)

func (s *stage) say(text string) {
	parts := spoken.FindStringSubmatch(text)
	if parts == nil {
		s.fatalf("cannot read %q", text)
	}
	fields := strings.Fields(parts[1])
	replies := len(fields) > 1 && fields[len(fields)-1] == "replies"
	if replies {
		fields = fields[:len(fields)-1]
	}
	chat, who := s.where(fields)
	event := s.event()
	m := bot.Message{
		Event: event, ID: bot.MessageID("in-" + event), Chat: chat, From: who, At: s.clock.Now(), Files: s.files,
		Text: strings.ReplaceAll(parts[2], `\n`, "\n"), Via: "via " + event,
	}
	s.files = nil
	m.Mentions = s.mentions(m.Text)
	if s.fake.has().Loose {
		m = loosened(m)
	}
	if chat == "" {
		m.Private, m.Chat = true, s.private(s.places[string(who)])
	} else {
		m.Text = "@会办 " + m.Text
		m.Mentions = append(m.Mentions, bot.Mention{Token: "@会办", Bot: true})
	}
	if replies {
		all, err := s.of(chat, who).Messages(s.Context())
		s.must(err)
		card, ok := lastCard(all, who, chat, func(Said) bool { return true })
		if !ok {
			s.fatalf("there is no card to reply to")
		}
		m.ReplyTo = card.ID
	}
	s.last = func() { s.must(s.engine.Message(s.Context(), m)) }
	s.last()
	s.drain()
}

// mentions are the people whose names stand behind an @.
func (s *stage) mentions(text string) []bot.Mention {
	var out []bot.Mention
	for id, name := range s.places {
		if a := s.on(name).Account(name); strings.Contains(text, "@"+name) && string(a) == id {
			out = append(out, bot.Mention{Token: "@" + name, Account: a})
		}
	}
	return out
}

// loosened is a message of a platform that takes those who are mentioned out of the
// text and tells only that they were (DingTalk).
func loosened(m bot.Message) bot.Message {
	slices.SortFunc(m.Mentions, func(a, b bot.Mention) int {
		return cmp.Or(len(b.Token)-len(a.Token), strings.Compare(a.Token, b.Token))
	})
	for i, who := range m.Mentions {
		m.Text = strings.ReplaceAll(m.Text, who.Token, "")
		m.Mentions[i].Token = ""
	}
	return m
}

// lastCard is the last card of somebody, or of a group, that fits, among these looks.
func lastCard(looks []Said, who bot.Account, chat bot.ChatID, fits func(Said) bool) (Said, bool) {
	for _, m := range slices.Backward(looks) {
		if m.Card != nil && m.Chat == chat && (chat != "" || m.Account == who) && fits(m) {
			return m, true
		}
	}
	return Said{}, false
}
