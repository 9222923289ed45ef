package dingtalktest

import (
	"fmt"
	"html"
	"regexp"
	"strings"
)

var (
	escaped   = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()#+.!<>~|@-])")
	linked    = regexp.MustCompile(`(!?)\[([^\]]*)\]\(([^)\s]*)\)`)
	tagged    = regexp.MustCompile(`</?[a-zA-Z][^<>]*>`)
	atTag     = regexp.MustCompile(`<a atId=([^<>]+)>([^<>]*)</a>`)
	stressed  = regexp.MustCompile(`\*\*(.+?)\*\*|__(.+?)__|\*(.+?)\*`)
	block     = regexp.MustCompile(`^\s*(#{1,6} |>|[-*+] |\d+[.、)] |\|)`)
	marker    = regexp.MustCompile(`^\s*(#{1,6} |> ?)`)
	tableLine = regexp.MustCompile(`(?m)^\s*\|?\s*:?-{3,}:?\s*\|`)
)

// plain is markdown as a client shows it. A single line feed is no new line: lines
// run together unless the first ends in two spaces, or one of them is a heading, a
// quote or an entry of a list.
func plain(markdown string) string {
	hidden, show := hide(markdown)
	var out []string
	glue := false // the next line belongs to the last
	for line := range strings.SplitSeq(hidden, "\n") {
		isBlock := block.MatchString(line)
		broken := strings.HasSuffix(line, "  ")
		text := strings.TrimSpace(strip(marker.ReplaceAllString(line, "")))
		switch {
		case text == "":
			glue = false
			continue
		case glue && !isBlock:
			out[len(out)-1] += " " + text
		default:
			out = append(out, text)
		}
		glue = !broken && !strings.HasPrefix(strings.TrimSpace(line), "#")
	}
	return show(strings.Join(out, "\n"))
}

// strip takes the marks out of one line.
func strip(line string) string {
	line = linked.ReplaceAllStringFunc(line, func(l string) string {
		part := linked.FindStringSubmatch(l)
		if part[1] == "!" {
			return "[图片]"
		}
		return part[2]
	})
	line = atTag.ReplaceAllString(line, "@$2")
	line = tagged.ReplaceAllString(line, "")
	return stressed.ReplaceAllString(line, "$1$2$3")
}

// hide puts characters that were escaped where no mark is found, show puts them
// back and reads entities.
func hide(markdown string) (hidden string, show func(string) string) {
	var kept []string
	hidden = escaped.ReplaceAllStringFunc(markdown, func(e string) string {
		kept = append(kept, e[1:])
		return fmt.Sprintf("\ue000%d\ue001", len(kept)-1)
	})
	return hidden, func(text string) string {
		for i, k := range kept {
			text = strings.Replace(text, fmt.Sprintf("\ue000%d\ue001", i), html.EscapeString(k), 1)
		}
		return html.UnescapeString(text)
	}
}

// linksIn are the links of a markdown text, without the pictures.
func linksIn(markdown string) []Link {
	hidden, show := hide(markdown)
	var out []Link
	for _, part := range linked.FindAllStringSubmatch(hidden, -1) {
		if part[1] == "" {
			out = append(out, Link{Label: show(strip(part[2])), URL: show(part[3])})
		}
	}
	return out
}

// unreadable says what a robot's message may not contain, "" when it is all right:
// clients show tables and code as they were typed, outside of cards.
func unreadable(markdown string) string {
	switch {
	case strings.Contains(markdown, "```"):
		return "code"
	case tableLine.MatchString(markdown):
		return "a table"
	}
	return ""
}
