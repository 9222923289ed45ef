package command

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/when"
)

// A request is what was said of a new meeting besides its labels and its date.
type request struct {
	title          string
	place          string
	host, recorder string // as typed
	like           bool
	unused         []string // what nobody understood: it is said, not swallowed
}

// The pieces that may stand behind a title.
var (
	placeWords = regexp.MustCompile(`^(在|地点)?(\S*(?:会议室|报告厅)|线上|线上会议|(?:腾讯|飞书|钉钉)会议[:：]?[\d-]*|https?://\S+)$`)
	roleWords  = regexp.MustCompile(`^(主持|记录)人?(?:是|为|由)?\s*(\S+)$`)
	likeWords  = regexp.MustCompile(`^照(着)?(上次|上回|上一次)(会议|的会)?(来)?$`)
)

// readRequest parts “新产品评审会，3号会议室，主持人我，照上次”.
func readRequest(text string) request {
	var r request
	for i, clause := range clausesOf(text) {
		words := strings.Fields(clause)
		for len(words) > 0 && (i > 0 || len(words) > 1) && r.take(words[len(words)-1]) {
			words = words[:len(words)-1]
		}
		left := strings.Join(words, " ")
		switch {
		case left == "" || i > 0 && r.take(left):
		case r.title == "":
			r.title = trimTitle(left)
		default:
			r.unused = append(r.unused, left)
		}
	}
	return r
}

// take keeps a piece that says something else than the title.
func (r *request) take(piece string) bool {
	if likeWords.MatchString(piece) {
		r.like = true
		return true
	}
	if m := placeWords.FindStringSubmatch(piece); m != nil && r.place == "" {
		r.place = m[2]
		return true
	}
	if m := roleWords.FindStringSubmatch(piece); m != nil {
		if m[1] == "主持" {
			r.host = m[2]
		} else {
			r.recorder = m[2]
		}
		return true
	}
	return false
}

// trimTitle drops what only leads to a title; 会 alone is none (下周三开会).
func trimTitle(s string) string {
	for _, lead := range []string{"一个", "个", "次"} {
		s = strings.TrimPrefix(s, lead)
	}
	if slices.Contains([]string{"会", "会议"}, s) {
		return ""
	}
	return s
}

// complete puts what the words said beside what was labelled.
func (r *request) complete(t *bot.Turn, a *conveneArgs) error {
	if a.Place == "" {
		a.Place = r.place
	}
	if a.Like == "" && r.like {
		a.Like = "上次会议"
	}
	for _, part := range []struct {
		field, typed string
		to           *meeting.PersonID
	}{{"主持", r.host, &a.Host}, {"记录", r.recorder, &a.Recorder}} {
		if part.typed == "" || *part.to != meeting.Nobody {
			continue
		}
		p, err := personNamed(t, part.field, part.typed)
		if err != nil {
			return err
		}
		*part.to = p
	}
	return nil
}

// personNamed finds one person by what was typed, or asks (R36).
func personNamed(t *bot.Turn, field, typed string) (meeting.PersonID, error) {
	everyone, err := t.Book.Everyone()
	if err != nil {
		return meeting.Nobody, err
	}
	p, gap := meeting.FindPerson(field, typed, t.Who, everyone)
	if gap != nil {
		return meeting.Nobody, &meeting.Refusal{Rule: gap.Rule, Gaps: []meeting.Gap{*gap}}
	}
	return p, nil
}

// clausesOf parts a text at commas and stops.
func clausesOf(text string) []string {
	var out []string
	for _, c := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("，,；;。\n", r) }) {
		if c = strings.TrimSpace(c); c != "" {
			out = append(out, c)
		}
	}
	return out
}

// slotFor is a time that was said, checked as a plan (R7, R12).
func slotFor(t *bot.Turn, d meeting.Deadline, length string) (meeting.Slot, error) {
	s := meeting.Slot{Raw: d.Raw, Urgent: strings.Contains(d.Raw, meeting.AsUrgent), Insisted: d.Insisted()}
	raw := strings.NewReplacer(meeting.AsUrgent, "", meeting.ThisDay, "").Replace(d.Raw)
	if found := when.Find(raw, t.Now, t.Calendar); len(found) > 0 {
		r := found[0]
		s.Start, s.HourSaid, s.Unsure = r.At, r.HourSaid, r.Unsure
		if end, _, ok := when.Until(raw, r, t.Calendar); ok {
			s.End = end
		}
	}
	if length != "" {
		n, err := lengthOf(length)
		if err != nil {
			return s, err
		}
		s.End = s.Start.Add(n)
	}
	if g := s.Gap(t.Now, t.Calendar); g != nil {
		return s, &meeting.Refusal{Rule: g.Rule, Gaps: []meeting.Gap{*g}}
	}
	return s, nil
}

var (
	inMinutes = regexp.MustCompile(`^(\d{1,3})\s*(分钟|分|min|m)?$`)
	inHours   = regexp.MustCompile(`^(\d{1,2}(?:\.5)?|[一二两三四半])\s*个?(半)?(?:小时|钟头|h)(半)?$`)
)

// lengthOf reads how long something takes: 20, 20分钟, 一个半小时.
func lengthOf(typed string) (time.Duration, error) {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if m := inMinutes.FindStringSubmatch(typed); m != nil {
		n, _ := strconv.Atoi(m[1])
		if n > 0 {
			return time.Duration(n) * time.Minute, nil
		}
	}
	if m := inHours.FindStringSubmatch(typed); m != nil {
		hours, known := map[string]float64{"半": .5, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4}[m[1]]
		if !known {
			hours, _ = strconv.ParseFloat(m[1], 64)
		}
		if m[2] != "" || m[3] != "" {
			hours += .5
		}
		if hours > 0 {
			return time.Duration(hours * float64(time.Hour)), nil
		}
	}
	g := choose("时长", "R6", "“"+cut(line(typed), 20)+"”不是时长。请写分钟数，如“60”。", "30分钟", "60分钟", "90分钟")
	return 0, &meeting.Refusal{Rule: "R6", Gaps: []meeting.Gap{g}}
}

var numberedGoal = regexp.MustCompile(`^\s*[0-9一二三]\s*[.、．)）]\s*`)

// readGoals parts goals, and tells whether vague ones are meant to stay (R4).
func readGoals(text string) (goals []string, vague bool) {
	text, vague = strings.CutSuffix(strings.TrimSpace(text), meeting.AsSaid)
	for _, g := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("；;\n", r) }) {
		g = line(numberedGoal.ReplaceAllString(g, ""))
		if g = strings.TrimRight(g, "。 "); g != "" {
			goals = append(goals, g)
		}
	}
	return goals, vague
}
