package platformtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Changed is closed at the next change of anything that can be asked for. Take it
// before looking, or a change in between is missed.
func (h *Host) Changed() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rung
}

// Touch tells those who wait that something changed.
func (h *Host) Touch() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ring()
}

// ring wakes everybody who waits; h.mu is held.
func (h *Host) ring() {
	close(h.rung)
	h.rung = make(chan struct{})
}

// Until looks at every change until look is content or ctx ends; then it is the
// error of ctx.
func (h *Host) Until(ctx context.Context, look func() bool) error {
	for {
		changed := h.Changed()
		if look() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Await waits for the first message that fits as it stands now; when none does
// until ctx ends, the error shows all that there are.
func Await[M any](ctx context.Context, h *Host, messages func() []M, fits func(M) bool, show func(M) string) (M, error) {
	var all []M
	at := -1
	err := h.Until(ctx, func() bool {
		all = messages()
		at = slices.IndexFunc(all, fits)
		return at >= 0
	})
	if err == nil {
		return all[at], nil
	}
	var seen strings.Builder
	for _, m := range all {
		fmt.Fprintf(&seen, "\n— %s", show(m))
	}
	var none M
	return none, fmt.Errorf("no message fits: %w; there are:%s", err, seen.String())
}

// Underway counts what is on its way to the app: 1 more, or -1.
func (h *Host) Underway(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.underway += n
	h.ring()
}

// Pending is how much is on its way to the app, or held.
func (h *Host) Pending() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.underway
}

// Settle waits until nothing is on its way: none held, none to be redelivered.
func (h *Host) Settle(ctx context.Context) error {
	if err := h.Until(ctx, func() bool { return h.Pending() == 0 }); err != nil {
		return fmt.Errorf("%d messages and events are still on their way: %w", h.Pending(), err)
	}
	return nil
}
