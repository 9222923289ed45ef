package meeting

import (
	"strconv"
	"strings"
)

// A PersonID is one human being, whatever accounts they use.
type PersonID int64

// Nobody is the zero PersonID.
const Nobody PersonID = 0

// Token is how a person stands in text (@{p9}); whoever sends the text turns it
// into a mention or a name.
func (p PersonID) Token() string {
	var b [24]byte // on the stack: a group of 500 is turned into tokens for each message
	return string(append(strconv.AppendInt(append(b[:0], "@{p"...), int64(p), 10), '}'))
}

// tokenOf reads what Token wrote.
func tokenOf(s string) (PersonID, bool) {
	s, open := strings.CutPrefix(s, "@{p")
	s, closed := strings.CutSuffix(s, "}")
	n, err := strconv.ParseInt(s, 10, 64)
	return PersonID(n), open && closed && err == nil
}

// A Person is somebody of the organisation.
type Person struct {
	ID         PersonID
	Name       string // not unique: shown with Department when two match (R36)
	Department string
	Title      string
	Leader     PersonID // 上级, Nobody if unknown
	Active     bool     // 在职
	Admin      bool     // 管理员 (Q9)
}

// Ref is the person's own list as a subject (digest, my tasks).
func (p PersonID) Ref() Ref { return Ref{Kind: KindPerson, ID: int64(p)} }
