package bot

import (
	"context"
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
	Origin   Origin
	Event    string      // the delivery's key, for keys of posts
	Seen     int         // the terms' version that a tapped card showed; 0 when typed
	About    meeting.Ref // what the replied-to or tapped card is about
	Files    []meeting.FileRef
	Members  []meeting.PersonID // of the group, nil where the platform cannot tell
	Book     Book
	Calendar workday.Calendar

	number string // of the task that a draft of ours is about: whoever was asked about it may see it
}

// A Book is the rules' book and what only commands that report need.
type Book interface {
	meeting.Book
	// Letters returns the posts about a subject, newest first (送达).
	Letters(about meeting.Ref, limit int) ([]Letter, error)
	// Draft returns meeting.ErrNotFound for an unknown id.
	Draft(id int64) (*Draft, error)
}

// A Reply is all that a handler may wish for.
type Reply struct {
	Toast string // a tap's answer; for typed words the text, if there is no other
	Text  string
	Face  Face // shown where the words were said
	Posts []Post
}

// A Job is done by the business clock. Spec is a cron line in Asia/Shanghai;
// Run is a turn of its own whose event is the job's name and minute, so that
// several replicas do it once.
type Job struct {
	Name string
	Spec string
	Run  func(ctx context.Context, t *Turn) (Reply, error)
}
