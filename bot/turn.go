package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// A Turn is what a handler sees: a frozen instant, who acts, where, and the
// book. Nothing in it can send.
type Turn struct {
	Now      time.Time
	Who      meeting.PersonID
	Chat     ChatID // empty in a private chat
	Private  bool
	Platform string // on which it happens; empty by the clock
	Origin   Origin
	Event    string      // the delivery's key, for keys of posts
	Seen     int         // the terms' version that a tapped card showed; 0 when typed
	About    meeting.Ref // what the replied-to or tapped card is about
	Files    []meeting.FileRef
	Book     Book
	Calendar workday.Calendar

	unread    []meeting.Gap
	number    string                       // of the task that a button or a draft of ours gives back
	roster    []Account                    // of the group; nil where the platform cannot tell
	here      map[meeting.MeetingID]string // the home groups of the meetings that meet in this one, once they were asked for
	random    func(n int) int
	apart     []meeting.Person // who was mentioned nobody knows where
	owed      func(To) ([]Undelivered, error)
	usages    func() []Usage
	elsewhere bool // it is about a task that this group may not read of (R18)
}

// Undelivered takes out what could not be sent to a place, newest first (未送达):
// this turn tells it.
func (t *Turn) Undelivered(to To) ([]Undelivered, error) {
	if t.owed == nil {
		return nil, nil
	}
	return t.owed(to)
}

// Usages is what each platform that counts calls has left of its month (额度).
func (t *Turn) Usages() []Usage {
	if t.usages == nil {
		return nil
	}
	return t.usages()
}

// Outside reports whether a person is known not to be in the group where the
// turn happens; false in private chats and where the platform cannot tell.
func (t *Turn) Outside(p meeting.PersonID) (bool, error) {
	if t.Private || t.roster == nil {
		return false, nil
	}
	a, err := t.Book.AccountOn(p, platformOf(t.Chat))
	if errors.Is(err, meeting.ErrNotFound) {
		return true, nil
	}
	return err == nil && !slices.Contains(t.roster, a), err
}

// In reports whether the turn happens in a group, or in another one of the
// meeting whose group that is (关联群): what belongs there belongs here too.
func (t *Turn) In(chat string, of meeting.MeetingID) (bool, error) {
	if t.Chat == "" || chat == string(t.Chat) || chat == "" || of == 0 {
		return t.Chat != "" && chat == string(t.Chat), nil
	}
	if t.here == nil {
		all, err := t.Book.FindMeetings(meeting.MeetingQuery{Chat: string(t.Chat)})
		if err != nil {
			return false, fmt.Errorf("meetings of %s: %w", t.Chat, err)
		}
		t.here = map[meeting.MeetingID]string{}
		for _, m := range all {
			t.here[m.ID] = m.Chat
		}
	}
	return t.here[of] == chat, nil
}

// BelongsTo notes that the answer speaks of what belongs to a group, as a part of
// a meeting if it is of one: anywhere but there and in private it is given
// privately (R18).
func (t *Turn) BelongsTo(chat string, of meeting.MeetingID) error {
	here, err := t.In(chat, of)
	if t.Chat != "" && !here {
		t.elsewhere = true
	}
	return err
}

// Random is a number of [0, n) that nobody can foretell, for codes.
func (t *Turn) Random(n int) int { return t.random(n) }

// Unread are the questions about arguments that could not be read, for a
// Partial command.
func (t *Turn) Unread() []meeting.Gap { return t.unread }

// A Book is the rules' book and what only commands that report need.
type Book interface {
	meeting.Book
	// Letters returns the posts about a subject, newest first (送达).
	Letters(about meeting.Ref, limit int) ([]Letter, error)
	// Draft returns meeting.ErrNotFound for an unknown id.
	Draft(id int64) (*Draft, error)
	// AccountOf is the person's account last heard from.
	AccountOf(meeting.PersonID) (Account, error)
	// AccountOn is the person's account on a platform.
	AccountOn(who meeting.PersonID, platform string) (Account, error)
	// Links makes one person of two.
	Links
	// Groups is where the bot is.
	Groups
}

// A Reply is all that a handler may wish for.
type Reply struct {
	Toast string // a tap's answer; for typed words the text, if there is no other
	Text  string
	Face  Face // shown where the words were said
	Posts []Post
	Ask   *Ask // what is still missing although the rest was written

	owes string // what could not be sent before
}

// An Ask is a question that a handler leaves behind after it wrote what it could:
// the engine keeps the command as a draft, with Have overlaid, and asks.
type Ask struct {
	Have map[string]string
	Gaps []meeting.Gap
}

// A Job is done by the business clock. Spec is a cron line in Asia/Shanghai;
// Run is a turn of its own whose event is the job's name and minute, so that
// several replicas do it once.
type Job struct {
	Name string
	Spec string
	Run  func(ctx context.Context, t *Turn) (Reply, error)
}
