package meeting

import "strconv"

// A PersonID is one human being, whatever accounts they use.
type PersonID int64

// Nobody is the zero PersonID.
const Nobody PersonID = 0

// Token is how a person stands in text (@{p9}); whoever sends the text turns it
// into a mention or a name.
func (p PersonID) Token() string { return "@{p" + strconv.FormatInt(int64(p), 10) + "}" }

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
