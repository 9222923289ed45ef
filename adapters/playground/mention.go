package playground

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"huiban/bot"
)

// calling is how the bot is addressed in a group.
const calling = "@" + botName

// mentions finds whom a text names with @, the longest name first. A name that
// two people share stays text, so that the bot can ask who is meant.
func (r *record) mentions(text string) []bot.Mention {
	names := r.names()
	found := map[string]bot.Mention{}
	for rest := text; ; {
		i := strings.IndexByte(rest, '@')
		if i < 0 {
			break
		}
		rest = rest[i+1:]
		if strings.HasPrefix(rest, botName) {
			found[calling] = bot.Mention{Token: calling, Bot: true}
			continue
		}
		first, _ := utf8.DecodeRuneInString(rest)
		for _, n := range names[first] {
			if !strings.HasPrefix(rest, n.name) {
				continue
			}
			if n.person != "" {
				found["@"+n.name] = bot.Mention{Token: "@" + n.name, Account: account(n.person)}
			}
			break
		}
	}
	var out []bot.Mention
	for _, m := range found {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b bot.Mention) int {
		return cmp.Or(cmp.Compare(len(b.Token), len(a.Token)), cmp.Compare(a.Token, b.Token))
	})
	return out
}

// A nameOf is a name and whose it is, nobody's if several have it.
type nameOf struct{ name, person string }

// names are all names by their first character, the longest first. Who left
// gives way to who works here.
func (r *record) names() map[rune][]nameOf {
	owner, active := map[string]string{}, map[string]bool{}
	for _, p := range r.people {
		_, taken := owner[p.Name]
		switch {
		case !taken, p.Active && !active[p.Name]:
			owner[p.Name] = p.ID
		case p.Active == active[p.Name]:
			owner[p.Name] = ""
		}
		active[p.Name] = active[p.Name] || p.Active
	}
	out := map[rune][]nameOf{}
	for n, person := range owner {
		first, _ := utf8.DecodeRuneInString(n)
		out[first] = append(out[first], nameOf{n, person})
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b nameOf) int { return len(b.name) - len(a.name) })
	}
	return out
}
