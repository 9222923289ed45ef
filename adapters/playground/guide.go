package playground

import "net/http"

// A Guide leads through the first minutes, step by step. Current is the id of
// the step that is next, empty when all are done: then End is said, and Seen
// are the lines of what the guest has seen, shown once.
type Guide struct {
	Steps   []Step   `json:"steps"`
	Current string   `json:"current"`
	End     string   `json:"end,omitempty"`
	Seen    []string `json:"seen,omitempty"`
}

// A Step is one thing to do and why. Done follows from the data, not from what
// was typed. Input is what can be put into the box, in Chat as User; both may
// be ids or names. Jump are the moves of the clock that the step is about.
type Step struct {
	ID    string `json:"id"`
	Do    string `json:"do"`
	Why   string `json:"why"`
	Input string `json:"input"`
	Chat  string `json:"chat"`
	User  string `json:"user"`
	Done  bool   `json:"done"`
	Jump  []Jump `json:"jump,omitempty"`
}

// A Jump is a button that moves the clock as POST /api/clock does: to a word or
// a number, or on by a time.
type Jump struct {
	Label   string `json:"label"`
	To      string `json:"to,omitempty"`
	Advance string `json:"advance,omitempty"`
}

func (s *server) getGuide(w http.ResponseWriter, r *http.Request) error {
	g, err := s.world.Guide(r.Context())
	if err != nil {
		return err
	}
	if g == nil {
		return refuse(http.StatusNotFound, "现在没有引导，可以随便试。")
	}
	s.answer(w, s.p.record.located(*g))
	return nil
}

// located puts ids where a guide names people and chats. It takes mu.
func (r *record) located(g Guide) Guide {
	r.mu.Lock()
	defer r.mu.Unlock()
	steps := make([]Step, len(g.Steps))
	for i, step := range g.Steps {
		if x, err := r.person(step.User); err == nil {
			step.User = x.ID
		}
		if c, err := r.chat(step.Chat); err == nil {
			step.Chat = c.ID
		}
		steps[i] = step
	}
	g.Steps = steps
	return g
}
