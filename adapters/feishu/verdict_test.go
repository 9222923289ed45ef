package feishu

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"huiban/bot"
)

// Every documented class of error has its verdict: never again, after a while,
// or again as usual.
func TestVerdictOfEachCode(t *testing.T) {
	const never, later, again = "never", "later", "again"
	for _, c := range []struct {
		codes []int
		want  string
	}{
		{[]int{230002, 230013, 230018, 230027, 230029, 230034, 230035, 230038, 230053, 232009}, never},
		{[]int{230011, 230019, 230031, 230050, 230071, 230072, 230075, 230110}, never},
		{[]int{230001, 230015, 230017, 230022, 230025, 230028, 230055, 230099}, never},
		{[]int{99992351, 99992354, 99992361}, never},
		{[]int{99991400, 230020, 11232, 99991403}, later},
		{[]int{230006, 99991672, 99991401, 99991662, 99991673, 10003, 10014, 10015}, later},
		{[]int{230049, 1500, 2200, 232096, 0, 99991663}, again},
	} {
		for _, code := range c.codes {
			err := verdict(fmt.Errorf("send: %w", &apiError{Code: code, Status: 400}))
			_, delayed := bot.Delay(err)
			got := again
			switch {
			case bot.IsPermanent(err):
				got = never
			case delayed:
				got = later
			}
			if got != c.want {
				t.Errorf("code %d: %s, want %s", code, got, c.want)
			}
		}
	}
	if err := verdict(context.DeadlineExceeded); bot.IsPermanent(err) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a time-out became %v", err)
	}
	if d, ok := bot.Delay(verdict(&apiError{Code: codeBusy, Reset: 7 * time.Second})); !ok || d != 7*time.Second {
		t.Errorf("wait %v, want what the platform asked for", d)
	}
}

// A pause that the platform asked for holds every call back, without a call.
func TestLimitsObeyAPause(t *testing.T) {
	now := noon()
	l := newLimits(func() time.Time { return now })
	if err := l.wait(t.Context(), "oc_1"); err != nil {
		t.Fatal(err)
	}
	l.pause(30 * time.Second)
	now = now.Add(10 * time.Second)
	err := l.wait(t.Context(), "oc_2")
	if d, ok := bot.Delay(verdict(err)); !ok || d != 20*time.Second {
		t.Errorf("wait %v (%v), want 20s", d, err)
	}
	now = now.Add(20 * time.Second)
	if err := l.wait(t.Context(), "oc_2"); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}
