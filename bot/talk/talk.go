// Package talk turns what people type into a command word and named arguments,
// each still as typed: “待办 @许哲 明天18:00 交接口文档，高” becomes 待办 with a
// person, a date, a choice and the words that are left.
//
// It knows words, not what commands do: which words there are, which labels and
// which people, comes in from outside, and what a date or a task number looks
// like is asked of the Scene. It resolves nothing, refuses nothing, reads no
// clock and knows no meeting and no chat service.
package talk

// A Kind says what is looked for where a slot has no label.
type Kind int

// The kinds.
const (
	Text Kind = iota
	Number
	Flag
	PersonKind
	People
	Task
	Date
	Choice
)

// A Slot is one argument of a command.
type Slot struct {
	Name    string
	Aliases []string
	Kind    Kind
	Choices []string
	Rest    bool // takes the words nobody took
	Find    bool // is looked for among the words when it is not labelled
	Offer   bool // may be given along with the answer to a question about other slots
}

// A Command is the words for one thing that can be asked for. Words[0] is its
// name, the others are aliases; an alias may contain a space (会议 新建). The
// alias “@” stands for words without a verb that plainly give somebody
// something to do: “@许哲 明天中午前给接口文档”, “请大家看一下”, “尽快把合同发我”. An
// alias that begins with … counts behind a date only: “明天下午两点开评审会”.
type Command struct {
	Words []string
	Slots []Slot
}

// A Person can be named in what is typed. Token is the form in which a mention
// stands in the text: @{p9}.
type Person struct{ Token, Name, Department string }

// A Span is a piece of a text, as byte offsets.
type Span struct{ Start, End int }

// A Scene is what reading one message depends on.
type Scene struct {
	People []Person
	// Dates finds the expressions of date and time in a text, in order. Nil
	// finds none.
	Dates func(text string) []Span
	// Number reports whether a word is a task number or the end of one. Nil
	// finds none.
	Number func(word string) bool
	// Asked is the command that is open in this chat, nil if there is none;
	// Missing names its slots that were asked for.
	Asked   *Command
	Missing []string
}

// Said is what was understood of a message.
type Said struct {
	Command string            // Words[0] of the command; empty if the words are none
	Args    map[string]string // by name of slot, as typed; known people by token
	Near    []string          // for words that are no command: names of the nearest, best first, at most 3
	Answer  bool              // the words answer what was asked: Args are for Scene.Asked
}

// labels returns the names under which a slot may be given.
func (s Slot) labels() []string { return append([]string{s.Name}, s.Aliases...) }
