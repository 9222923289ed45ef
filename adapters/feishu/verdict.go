package feishu

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"huiban/bot"
)

// Codes of the open platform that need an answer of their own.
const (
	codeBusy       = 99991400 // the API's rate
	codeQuota      = 99991403 // the month's calls
	codeNoScope    = 99991672
	codeBusyTarget = 230020 // this chat's or person's rate
	codeInFlight   = 230049 // the same uuid is being sent
	codeCrowd      = 11232  // the system at :00 and :30
	codeNoContact  = 41050  // outside the app's contacts range
)

// An apiError is an answer of the platform that is no success. Its text names
// the log id that the platform's support asks for.
type apiError struct {
	Path   string
	Status int
	Code   int
	Msg    string
	LogID  string
	Reset  time.Duration // how long to wait, if the platform says
}

// Error implements error.
func (e *apiError) Error() string {
	return fmt.Sprintf("feishu %s: code %d, HTTP %d, %s (log id %s)", e.Path, e.Code, e.Status, e.Msg, e.LogID)
}

// badToken reports whether the access token was refused; 400 and not 401.
func (e *apiError) badToken() bool {
	return slices.Contains([]int{99991661, 99991663, 99991664, 99991665, 99991671}, e.Code)
}

// A quotaError says that no call is made before the next month.
type quotaError struct{ left time.Duration }

// Error implements error.
func (q *quotaError) Error() string { return "the monthly quota of API calls is used up (99991403)" }

// nobody are refusals that hold for whoever was written to, message those that
// hold for the message answered or changed, content those for what was said.
var ( //nolint:gochecknoglobals // tables
	nobody  = []int{230002, 230013, 230017, 230018, 230027, 230029, 230034, 230035, 230038, 230053, 232009, 99992351, 99992352, 99992353, 99992354, 99992361, 99992364}
	gone    = []int{230011, 230019, 230031, 230050, 230071, 230072, 230075, 230110}
	content = []int{230001, 230015, 230022, 230025, 230028, 230055, 230099}
	setUp   = []int{230006, codeNoScope, 99991401, 99991662, 99991673, 10003, 10014, 10015}
)

// verdict turns an error of a send into what the courier needs to know: never
// again, again after a while, or again as usual.
func verdict(err error) error {
	if spent, ok := errors.AsType[*quotaError](err); ok {
		return bot.RetryAfter(spent.left, err)
	}
	if held, ok := errors.AsType[*heldError](err); ok {
		return bot.RetryAfter(held.left, err)
	}
	e, ok := errors.AsType[*apiError](err)
	switch {
	case !ok:
		return err
	case slices.Contains(gone, e.Code):
		return bot.Permanent(err)
	case slices.Contains(nobody, e.Code), slices.Contains(content, e.Code):
		return bot.Permanent(err)
	case e.Code == codeBusy, e.Code == codeBusyTarget, e.Code == codeCrowd, e.Code == codeQuota:
		return bot.RetryAfter(max(e.Reset, time.Second), err)
	case slices.Contains(setUp, e.Code):
		return bot.RetryAfter(time.Minute, err) // an administrator may mend it any moment
	}
	return err
}

// lostTarget reports whether the message to answer is gone: the answer can be
// said without it.
func lostTarget(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && slices.Contains(gone, e.Code)
}

// timedOut reports whether the caller's time was up.
func timedOut(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
