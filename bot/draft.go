package bot

import (
	"maps"
	"slices"
	"strings"
	"time"

	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// Names of arguments that the engine itself reads from the buttons and forms of
// a draft's card.
const (
	ArgDraft = "draft" // the draft's id
	ArgDrop  = "drop"  // give the draft up
	ArgFiles = "files" // ids of files that were attached
	ArgOnly  = "only"  // nothing is offered beside the gaps
)

// What became of a draft.
const (
	DraftDone    = "done"
	DraftDropped = "dropped"
	DraftExpired = "expired"
)

// draftLife is how long an unfinished command waits for its missing parts.
const draftLife = 24 * time.Hour

// A Draft is a command that was understood in part. It is kept with chat and
// person, survives restarts and expires a day after it was last touched.
type Draft struct {
	ID      int64
	Version int
	Chat    ChatID // empty for the private chat
	Person  meeting.PersonID
	Command string
	Have    map[string]string // by argument, in the form that typing would take
	Gaps    []meeting.Gap
	Since   time.Time
	Ended   string // empty while open, else: done, dropped, expired
}

// Ref names the draft as a subject.
func (d *Draft) Ref() meeting.Ref { return meeting.Ref{Kind: meeting.KindDraft, ID: d.ID} }

// Revision implements meeting.Subject.
func (d *Draft) Revision() int { return d.Version }

// Notices implements meeting.Subject: an open draft says once that it was given
// up, a day after it was last touched and outside quiet time (R90).
func (d *Draft) Notices(cal workday.Calendar, since, till time.Time) (due []meeting.Notice, next time.Time) {
	at := cal.Later(d.Since.Add(draftLife))
	switch {
	case d.Ended != "" || !at.After(since):
		return nil, time.Time{}
	case at.After(till):
		return nil, at
	}
	return []meeting.Notice{{
		Kind: meeting.KindDraft, Step: DraftExpired, Of: d.Ref(), To: d.Person,
		At: at, Expires: at.Add(draftLife), Mark: DraftExpired,
	}}, time.Time{}
}

// Wants implements meeting.Subject.
func (d *Draft) Wants(meeting.Notice) bool { return d.Ended == DraftExpired }

// Understood is what the draft has and does not ask for again, by argument.
func (d *Draft) Understood() map[string]string {
	out := maps.Clone(d.Have)
	for _, g := range d.Gaps {
		delete(out, g.Field)
	}
	return out
}

// missing names the arguments that are asked for.
func (d *Draft) missing() []string {
	out := make([]string, len(d.Gaps))
	for i, g := range d.Gaps {
		out[i] = g.Field
	}
	return out
}

// with is what the draft has, overlaid by what came now.
func (d *Draft) with(args map[string]string) map[string]string {
	have := maps.Clone(d.Have)
	if have == nil {
		have = map[string]string{}
	}
	for k, v := range args {
		if v != "" {
			have[k] = d.meant(k, v)
		}
	}
	return have
}

// meant is the value behind an answer: of an answer that was offered, and of a
// plain yes where only one was.
func (d *Draft) meant(field, answer string) string {
	for _, g := range d.Gaps {
		if g.Field != field {
			continue
		}
		for _, c := range g.Choices {
			if c.Label == answer {
				return c.Value
			}
		}
		if len(g.Choices) == 1 && slices.Contains([]string{"对", "对的", "是", "是的", "好", "好的", "嗯", "没错", "可以", "行"}, answer) {
			return g.Choices[0].Value
		}
	}
	return answer
}

// kept is what a draft keeps of what was given: also what has to be asked
// again, so that the question can say what was wrong with it.
func kept(have map[string]string) map[string]string {
	out := maps.Clone(have)
	maps.DeleteFunc(out, func(name, value string) bool { return value == "" || name == ArgDraft || name == ArgDrop })
	return out
}

// takeFiles adds the files that a draft kept to those of this delivery.
func (t *Turn) takeFiles(have map[string]string) {
	for line := range strings.Lines(have[ArgFiles]) {
		id, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if f := (meeting.FileRef{ID: id, Name: name}); !slices.Contains(t.Files, f) {
			t.Files = append(t.Files, f)
		}
	}
}

// keepFiles lets a draft keep the files that came with it, one in a line.
func (t *Turn) keepFiles(have map[string]string) {
	var b strings.Builder
	for _, f := range t.Files {
		b.WriteString(f.ID + " " + strings.ReplaceAll(f.Name, "\n", " ") + "\n")
	}
	if b.Len() > 0 {
		have[ArgFiles] = b.String()
	}
}
