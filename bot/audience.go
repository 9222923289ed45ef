package bot

import (
	"errors"
	"fmt"
	"slices"

	"huiban/bot/meeting"
)

// Beyond reports whether the group where the turn happens has members other than
// these people, so that what only they may read is said privately (R18). It is
// false in private chats and where the platform cannot tell.
func (t *Turn) Beyond(people []meeting.PersonID) (bool, error) {
	if t.Private || t.roster == nil {
		return false, nil
	}
	known := make([]Account, 0, len(people))
	for _, p := range people {
		a, err := t.Book.AccountOn(p, platformOf(t.Chat))
		if errors.Is(err, meeting.ErrNotFound) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("account of person %d: %w", p, err)
		}
		known = append(known, a)
	}
	return slices.ContainsFunc(t.roster, func(a Account) bool { return !slices.Contains(known, a) }), nil
}
