// Package meeting is the rules of the method: who may do what, when, and what
// must be there first. One file holds one behaviour. It knows no chat service,
// no database and no clock: now is an argument, and whatever it needs to look
// up it asks of a Book.
package meeting

import (
	"errors"
	"strings"
)

// ErrNotFound says that a Book holds no such thing.
var ErrNotFound = errors.New("not found")

// A Refusal is a rule that said no, in words for the person who asked. Rule is
// its number (R38). Gaps, when given, are the parts that would turn the no into
// a yes: the engine keeps what was understood and asks for them.
type Refusal struct {
	Rule string
	Say  string
	Gaps []Gap
}

// A Gap is one part that is missing or unclear: which argument, what to ask,
// and the answers that can be offered.
type Gap struct {
	Field   string
	Rule    string
	Say     string
	Choices []Choice
}

// A Choice is one answer that can be tapped; Value is what typing it would say.
type Choice struct{ Label, Value string }

// Refuse makes a Refusal without gaps.
func Refuse(rule, say string) *Refusal { return &Refusal{Rule: rule, Say: say} }

// Error implements error with the words for the person.
func (r *Refusal) Error() string {
	parts := []string{}
	if r.Say != "" {
		parts = append(parts, r.Say)
	}
	for _, g := range r.Gaps {
		parts = append(parts, g.Say)
	}
	return strings.Join(parts, "\n")
}
