package bottest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A Fixture is an empty store to examine. Lease moves its lease clock, back if
// d is negative; nil where that clock cannot be moved (a server's own).
type Fixture struct {
	Store bot.Store
	Lease func(d time.Duration)
}

// ExamStore holds a store to what bot.Store promises. Each part of the exam
// opens a store of its own; open closes it by t.Cleanup.
func ExamStore(t *testing.T, open func(t *testing.T) Fixture) {
	t.Helper()
	for _, part := range slices.Concat(aboutTheBook(), aboutTheMail()) {
		t.Run(part.name, func(t *testing.T) {
			f := open(t)
			part.run(exam{T: t, store: f.Store, lease: f.Lease})
		})
	}
}

// A part of an exam.
type part struct {
	name string
	run  func(exam)
}

// aboutTheBook are the parts about turns and what they keep.
func aboutTheBook() []part {
	return []part{
		{"an error rolls everything back", exam.rollback},
		{"a canceled turn leaves nothing", exam.canceled},
		{"a view reads one state and never waits", exam.view},
		{"a view writes nothing", exam.viewWrites},
		{"a savepoint undoes what failed", exam.savepoint},
		{"an event has its effect once", exam.firstTime},
		{"old events are forgotten in batches", exam.forgetEvents},
		{"tasks are kept whole", exam.tasks},
		{"a task that changed is not overwritten", exam.taskVersions},
		{"a closed task stays closed", exam.closedTasks},
		{"what was loaded belongs to who loaded it", exam.taskCopies},
		{"tasks are found", exam.findTasks},
		{"the end of a number is taken literally", exam.endings},
		{"every field of what is saved is kept", exam.everyField},
		{"what changed is not overwritten", exam.versions},
		{"what was saved is undone as one", exam.undone},
		{"what was saved belongs to the store", exam.meetingCopies},
		{"meetings are found", exam.findMeetings},
		{"a meeting is found by its people as they are", exam.meetingPeople},
		{"a meeting is found by every group that it meets in", exam.meetingRooms},
		{"minutes, disputes and tasks of a meeting are found", exam.findPapers},
		{"R60 final minutes are sealed", exam.seal},
		{"numbers are drawn in order", exam.serials},
		{"two at a time lose nothing", exam.increments},
		{"people are met", exam.people},
		{"leaders are met later", exam.leaders},
		{"people met through another app", exam.replaced},
		{"codes that join accounts are kept", exam.links},
		{"two persons become one", exam.joins},
		{"who left one platform of two is there", exam.standing},
		{"what was of two persons is of one", exam.joinedBook},
		{"drafts are kept", exam.drafts},
		{"groups are kept", exam.groups},
		{"copies are kept", exam.copies},
		{"alarms ring", exam.alarms},
		{"an alarm is moved once", exam.advances},
		{"the record is append-only", exam.audits},
	}
}

// aboutTheMail are the parts about the outbox and files.
func aboutTheMail() []part {
	return []part{
		{"what could not be sent waits to be told", exam.unsent},
		{"posts lie in the outbox", exam.posts},
		{"a key is said once", exam.keys},
		{"it is known what was said to whom", exam.said},
		{"long words of any kind are kept", exam.longWords},
		{"letters about a subject are found", exam.lettersAbout},
		{"posts are held until their time", exam.held},
		{"a lane keeps its order", exam.lanes},
		{"a lane waits five minutes at most", exam.parking},
		{"woken letters come into their lanes in order", exam.wakeOrder},
		{"letters are claimed in order", exam.claims},
		{"a lease ends", exam.leases},
		{"a fold is claimed as one", exam.folds},
		{"what waits for two persons who are one is said once", exam.joinedMail},
		{"two claimers never get one letter", exam.claimers},
		{"outcomes are recorded", exam.outcomes},
		{"a refused first try counts as none", exam.refused},
		{"a failed letter waits", exam.retries},
		{"a clock that went back blocks nothing", exam.sweep},
		{"files are kept by content", exam.files},
		{"files have a size", exam.fileSizes},
	}
}

// An exam is one part of ExamStore, or of ExamPlatform.
type exam struct {
	*testing.T

	store bot.Store
	lease func(time.Duration)
}

// noon is the business time of the exam, with a fraction that stores must keep.
func noon() time.Time {
	return time.Date(2026, 8, 10, 12, 0, 0, 123e6, time.FixedZone("Asia/Shanghai", 8*3600))
}

// do runs a turn that must succeed.
func (x exam) do(fn func(tx bot.Tx) error) {
	x.Helper()
	if err := x.store.Do(x.Context(), fn); err != nil {
		x.Fatalf("Do: %v", err)
	}
}

// see runs a view that must succeed.
func (x exam) see(fn func(tx bot.Tx) error) {
	x.Helper()
	if err := x.store.View(x.Context(), fn); err != nil {
		x.Fatalf("View: %v", err)
	}
}

// same compares values as people would: instants by Equal, nil like empty.
func (x exam) same(what string, got, want any) {
	x.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(meeting.Task{}, meeting.Meeting{}, meeting.Minutes{}, meeting.Dispute{})); diff != "" {
		x.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// is checks that an error is the one that is wanted; nil wants none.
func (x exam) is(what string, got, want error) {
	x.Helper()
	if !errors.Is(got, want) {
		x.Errorf("%s: error %v, want %v", what, got, want)
	}
}

// errNo is an error that no store knows.
var errNo = errors.New("no")
