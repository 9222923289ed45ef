package feishu

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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
	codeNoBot      = 230006 // the app has no bot
	codeBadCard    = 230099 // the card, for the cause that its text names
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

// A class is what a refusal holds for, and so what is to be done about it.
type class int

// The classes: Nobody holds for whoever was written to, Gone for the message
// that was to be answered or changed, Content for what was said, SetUp for the
// app until an administrator mends it, Later for a while.
const (
	passing class = iota
	nobody
	gone
	content
	setUp
	later
)

// classOf sorts the documented codes; one that is not known may pass.
func classOf(code int) class {
	switch code {
	case 230002, 230013, 230018, 230027, 230029, 230034, 230035, 230038, 230053, 232009,
		99992351, 99992352, 99992353, 99992354, 99992361, 99992364:
		return nobody
	case 230011, 230019, 230031, 230050, 230071, 230072, 230075, 230110:
		return gone
	case 230001, 230015, 230017, 230022, 230025, 230028, 230055, codeBadCard:
		return content
	case codeNoBot, codeNoScope, 99991401, 99991662, 99991673, 10003, 10014, 10015:
		return setUp
	case codeBusy, codeBusyTarget, codeCrowd, codeQuota:
		return later
	}
	return passing
}

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
	if !ok {
		return err
	}
	switch classOf(e.Code) {
	case nobody, gone, content:
		return bot.Permanent(err)
	case later:
		return bot.RetryAfter(max(e.Reset, time.Second), err)
	case setUp:
		return bot.RetryAfter(time.Minute, err) // it may be mended any moment
	case passing:
	}
	return err
}

// absent reports whether a card was refused because somebody in it is not there
// any more: cause 100290, which only the text of 230099 tells.
func absent(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && e.Code == codeBadCard && strings.Contains(e.Msg, "100290")
}

// lostTarget reports whether the message to answer is gone: the answer can be
// said without it.
func lostTarget(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && classOf(e.Code) == gone
}
