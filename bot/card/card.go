// Package card is what a card says, whatever screen shows it: a title with a
// tone, fields, a table, text, inputs and buttons. It knows no chat service, no
// rule and no person; adapters turn a Card into their own format, and a place
// that shows no cards gets its Text.
package card

// A Tone is the colour of a card's head (method.md 4): blue tells, yellow is
// near its limit, red is past it, green is done, grey is over.
type Tone string

// The tones in use.
const (
	Blue   Tone = "blue"
	Yellow Tone = "yellow"
	Red    Tone = "red"
	Green  Tone = "green"
	Grey   Tone = "grey"
)

// A Card is one message with structure. All text is plain and user text is not
// escaped: every renderer escapes for its own format. People stand in it as
// tokens (@{p9}) that the sender turns into mentions or names.
type Card struct {
	Title   string
	Tone    Tone
	Fields  []Field
	Table   *Table
	Body    string
	Inputs  []Input
	Buttons []Button
	Files   []File
}

// A Field is one labelled line.
type Field struct{ Label, Value string }

// A Table has one heading per column.
type Table struct {
	Head []string
	Rows [][]string
}

// A Kind says how an input is filled in.
type Kind string

// The kinds of input; person and people carry their options for platforms
// without a picker.
const (
	KindText     Kind = "text"
	KindLines    Kind = "lines"
	KindNumber   Kind = "number"
	KindDate     Kind = "date"
	KindTime     Kind = "time"
	KindDateTime Kind = "datetime"
	KindSelect   Kind = "select"
	KindMulti    Kind = "multi"
	KindPerson   Kind = "person"
	KindPeople   Kind = "people"
	KindFile     Kind = "file"
	KindCheck    Kind = "check"
)

// An Input is one place of a card's form. Values are as shown to people:
// dates as 2026-08-12 14:00 in Asia/Shanghai.
type Input struct {
	Name     string
	Label    string
	Kind     Kind
	Required bool
	Options  []Option
	Value    []string
}

// An Option is one choice of an input.
type Option struct{ Value, Label string }

// A Button is a command already typed. ID is the verb that it stands for
// (确认, 改期 …), whatever its Label says; Submit sends the card's form along;
// Confirm, when given, is the question asked before.
type Button struct {
	ID      string
	Label   string
	Do      Action
	Confirm string
	Submit  bool
}

// An Action is what a button does: a command with its arguments by name. Seen
// is the version of the terms that the card showed, given only by buttons that
// agree to terms (design.md section 3). Words is the typed twin.
type Action struct {
	Command string
	Args    map[string]string
	Seen    int
	Words   string
}

// A File is a document that belongs to the card.
type File struct{ Name, URL string }

// Button returns the button with the given id.
func (c Card) Button(id string) (Button, bool) {
	for _, b := range c.Buttons {
		if b.ID == id {
			return b, true
		}
	}
	return Button{}, false
}
