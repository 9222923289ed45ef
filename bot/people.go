package bot

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"huiban/bot/meeting"
)

// shown says for each person token in the texts how that person is shown on a
// platform: with the account where there is one, and with the department where
// two active people have one name (R36).
func (l *ledger) shown(platform string, texts ...string) (map[string]Shown, error) {
	people := map[string]Shown{}
	for _, text := range texts {
		for _, m := range personToken.FindAllStringSubmatch(text, -1) {
			token := m[0]
			if _, done := people[token]; done {
				continue
			}
			n, err := strconv.ParseInt(m[1], 10, 64)
			if err != nil {
				continue // too long to be one of ours
			}
			s, err := l.show1(platform, meeting.PersonID(n))
			if errors.Is(err, meeting.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("person %d: %w", n, err)
			}
			people[token] = s
		}
	}
	return people, nil
}

func (l *ledger) show1(platform string, id meeting.PersonID) (Shown, error) {
	p, err := l.Person(id)
	if err != nil {
		return Shown{}, err
	}
	s := Shown{Name: p.Name}
	same, err := l.Named(p.Name)
	if err != nil {
		return Shown{}, err
	}
	if len(same) > 1 {
		s.Name = p.Label()
	}
	s.Account, err = l.AccountOn(id, platform)
	if err != nil && !errors.Is(err, meeting.ErrNotFound) {
		return Shown{}, err
	}
	return s, nil
}

// Named puts names where person tokens stand in a text; an unknown token stays.
func Named(text string, people map[string]Shown) string {
	if !strings.Contains(text, "@{p") {
		return text
	}
	return personToken.ReplaceAllStringFunc(text, func(token string) string {
		if s, ok := people[token]; ok {
			return s.Name
		}
		return token
	})
}
