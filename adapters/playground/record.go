package playground

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"huiban/bot"
	"huiban/bot/card"
)

// A record is all that the platform remembers. Its methods expect mu to be held
// unless they say that they take it; nothing of it is handed out but copies.
type record struct {
	mu        sync.Mutex
	journal   *journal // nil keeps nothing
	people    []*Person
	changes   map[string]int // by person: how often added or changed
	groups    []*Chat
	messages  []*message
	byID      map[string]*message
	bySend    map[string]string   // send UUID -> message id
	byEvent   map[string]*message // what was said under which event
	files     map[string]file
	faults    map[string]string // by person or group: what sending to them is answered with
	abilities bot.Abilities
	tokens    map[string]string // person token -> person id, as far as letters told
	seq       int64
	watchers  map[chan event]bool
}

// A message is one that was said, with every face that it had.
type message struct {
	ID    string    `json:"id"`
	Chat  string    `json:"chat"`
	From  string    `json:"from"`
	At    time.Time `json:"at"`
	Reply string    `json:"reply,omitempty"`
	Why   string    `json:"why,omitempty"`
	Event string    `json:"event,omitempty"`
	Files []string  `json:"files,omitempty"`
	Faces []face    `json:"faces"`
}

// A face is how a message looked from one seq to the next. People stand in its
// texts by name already; Who says which person an option's token means.
type face struct {
	Seq  int64             `json:"seq"`
	At   time.Time         `json:"at"`
	Text string            `json:"text,omitempty"`
	Card *card.Card        `json:"card,omitempty"`
	Who  map[string]string `json:"who,omitempty"`
	UUID string            `json:"uuid,omitempty"`
}

// A newFace is an edit: the face that a message has from now on.
type newFace struct {
	Message string `json:"message"`
	Face    face   `json:"face"`
}

func (m *message) last() *face { return &m.Faces[len(m.Faces)-1] }

// faceAt is the face with the given seq, the last one for 0.
func (m *message) faceAt(seq int64) (*face, bool) {
	if seq == 0 {
		return m.last(), true
	}
	i := slices.IndexFunc(m.Faces, func(f face) bool { return f.Seq == seq })
	if i < 0 {
		return nil, false
	}
	return &m.Faces[i], true
}

// within reports whether the message was said or changed after from, up to to.
func (m *message) within(from, to int64) bool {
	return slices.ContainsFunc(m.Faces, func(f face) bool { return from < f.Seq && f.Seq <= to })
}

// all is a platform that can show everything.
func all() bot.Abilities {
	return bot.Abilities{Forms: true, Edits: true, Mentions: true, GroupFiles: true}
}

func openRecord(dir string) (*record, error) {
	r := &record{watchers: map[chan event]bool{}}
	r.clear()
	if dir == "" {
		return r, nil
	}
	j, err := openJournal(dir, r.apply)
	if err != nil {
		return nil, err
	}
	r.journal = j
	return r, nil
}

func (r *record) clear() {
	r.people, r.groups, r.messages = nil, nil, nil
	r.changes, r.byID = map[string]int{}, map[string]*message{}
	r.bySend, r.byEvent = map[string]string{}, map[string]*message{}
	r.files, r.faults = map[string]file{}, map[string]string{}
	r.tokens, r.abilities = map[string]string{}, all()
}

// wipe takes mu. The seq goes on, so that a page that missed the reset notices
// what is new by its seq.
func (r *record) wipe() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.journal.begin(r.seq + 1); err != nil {
		return err
	}
	r.clear()
	r.seq++
	return nil
}

// close takes mu.
func (r *record) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.journal.close()
}

// write makes entries last, then true, then known to whoever watches.
func (r *record) write(entries ...entry) error {
	if err := r.journal.append(entries...); err != nil {
		return err
	}
	for _, e := range entries {
		r.apply(e)
		switch {
		case e.Message != nil:
			r.tell("message", r.shown(e.Message))
		case e.Face != nil:
			r.tell("message", r.shown(r.byID[e.Face.Message]))
		}
	}
	return nil
}

func (r *record) apply(e entry) {
	switch {
	case e.Person != nil:
		r.applyPerson(*e.Person)
	case e.Chat != nil:
		r.applyChat(*e.Chat)
	case e.File != nil:
		r.files[e.File.ID] = *e.File
	case e.Message != nil:
		r.messages = append(r.messages, e.Message)
		r.byID[e.Message.ID] = e.Message
		if e.Message.Event != "" {
			r.byEvent[e.Message.Event] = e.Message
		}
		r.faced(e.Message)
	case e.Face != nil:
		if m := r.byID[e.Face.Message]; m != nil {
			m.Faces = append(m.Faces, e.Face.Face)
			r.faced(m)
		}
	case e.Fault != nil:
		r.faults[e.Fault.To] = e.Fault.Answer
	case e.Abilities != nil:
		r.abilities = *e.Abilities
	}
	r.seq = max(r.seq, e.Begin)
}

// faced notes what the newest face of a message tells.
func (r *record) faced(m *message) {
	f := m.last()
	r.seq = max(r.seq, f.Seq)
	if f.UUID != "" {
		r.bySend[f.UUID] = m.ID
	}
	maps.Copy(r.tokens, f.Who)
}

// say adds a message with its first face.
func (r *record) say(m message, f face) (*message, error) {
	m.ID = "m" + strconv.Itoa(len(r.messages)+1)
	f.Seq, f.At = r.seq+1, m.At
	m.Faces = []face{f}
	return &m, r.write(entry{Message: &m})
}

// change gives a message a new face.
func (r *record) change(m *message, f face) error {
	f.Seq = r.seq + 1
	return r.write(entry{Face: &newFace{Message: m.ID, Face: f}})
}

// since lists the messages of a chat ("" for all) said or changed after a seq,
// as they are now, in the order of their seq. It takes mu.
func (r *record) since(chat string, after int64) []Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.list(func(m *message) bool { return (chat == "" || m.Chat == chat) && m.last().Seq > after })
}

// between lists the messages said or changed after from and up to to, as they
// are now. It takes mu.
func (r *record) between(from, to int64) []Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.list(func(m *message) bool { return m.within(from, to) })
}

func (r *record) list(want func(*message) bool) []Message {
	out := []Message{}
	for _, m := range r.messages {
		if want(m) {
			out = append(out, r.shown(m))
		}
	}
	slices.SortFunc(out, func(a, b Message) int { return cmp.Compare(a.Seq, b.Seq) })
	return out
}

// now is the seq of what was said last. It takes mu.
func (r *record) now() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seq
}

// tell hands an event to all who watch. One whose buffer is full is let go: it
// comes back and fetches what it missed.
func (r *record) tell(kind string, data any) {
	if len(r.watchers) == 0 {
		return
	}
	body, err := json.Marshal(data)
	if err != nil {
		panic(fmt.Sprintf("event %s: %v", kind, err)) // strings and numbers always encode
	}
	for ch := range r.watchers {
		select {
		case ch <- event{kind, body}:
		default:
			delete(r.watchers, ch)
			close(ch)
		}
	}
}

// number is the number of an id: 12 of m12.
func number(id, prefix string) (int, bool) {
	digits, ok := strings.CutPrefix(id, prefix)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil && strconv.Itoa(n) == digits
}
