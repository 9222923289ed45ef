package bottest

import (
	"strings"

	"huiban/bot"
)

// otherSide begins the names of people and groups on the other platform of a
// transcript: 对岸周敏. To others they are 周敏.
const otherSide = "对岸"

// beside adds another platform: full or narrow.
func (s *stage) beside(can string) {
	abilities, ok := map[string]bot.Abilities{"full": Full(), "narrow": Narrow()}[can]
	if !ok || s.other != nil {
		s.fatalf("no other platform can be %s", can)
	}
	s.other = NewFake("other", abilities)
	s.start(s.o)
}

func (s *stage) platforms() []bot.Platform {
	if s.other == nil {
		return []bot.Platform{s.fake}
	}
	return []bot.Platform{s.fake, s.other}
}

// on is the platform of a name.
func (s *stage) on(name string) *Fake {
	if s.other != nil && strings.HasPrefix(name, otherSide) {
		return s.other
	}
	return s.fake
}

// of is the platform of a place.
func (s *stage) of(chat bot.ChatID, who bot.Account) *Fake {
	if s.other != nil && strings.HasPrefix(string(chat)+string(who), s.other.Name()+":") {
		return s.other
	}
	return s.fake
}

// random numbers are those that come one after the other.
func (s *stage) random(n int) int {
	s.drawn++
	return s.drawn % n
}
