package command

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"huiban/bot/meeting"
)

// What is to be done to a topic that is named.
const (
	dropWord   = "删"
	putOffWord = "另议"
)

// A topicEdit is what words want of a topic that is there; seq 0 without an
// action means that they name a new one.
type topicEdit struct {
	seq   int
	what  string
	title string
}

var (
	topicRef   = regexp.MustCompile(`^(?:把)?(?:第)?\s*([1-9一二三四五六七八九])\s*(?:个|号)?\s*(?:议题)?\s*`)
	dropWords  = regexp.MustCompile(`^(删|删了|删掉|删除|去掉|去掉了|不要了|取消)(吧)?$`)
	offWords   = regexp.MustCompile(`^(另议|下次|下次再说|下次再议|下次议|以后再说|先放停车场|放停车场|停车场|放到停车场)(吧)?$`)
	titleWords = regexp.MustCompile(`^(?:改成|改为|改|换成|叫)\s*[:：]?\s*(.+)$`)
	offBehind  = regexp.MustCompile(`^(.+?)[，,\s]*(?:下次再说|下次再议|先放停车场|放停车场|另议)(?:吧)?$`)
)

// readTopicEdit reads “2 改 新内容”, “2 删”, “第3个议题删了”, “渠道政策下次再说”.
func readTopicEdit(text string, m *meeting.Meeting) topicEdit {
	text = strings.TrimSpace(text)
	if offWords.MatchString(text) {
		return topicEdit{what: putOffWord}
	}
	if dropWords.MatchString(text) {
		return topicEdit{what: dropWord}
	}
	if ref := topicRef.FindStringSubmatch(text); ref != nil {
		seq, left := chineseDigit(ref[1]), text[len(ref[0]):]
		switch action := titleWords.FindStringSubmatch(left); {
		case left == "":
			return topicEdit{seq: seq}
		case dropWords.MatchString(left):
			return topicEdit{seq: seq, what: dropWord}
		case offWords.MatchString(left):
			return topicEdit{seq: seq, what: putOffWord}
		case action != nil && m.Topic(seq) != nil:
			return topicEdit{seq: seq, title: line(action[1])}
		}
	}
	if off := offBehind.FindStringSubmatch(text); off != nil {
		i := slices.IndexFunc(m.Topics, func(x meeting.Topic) bool { return strings.Contains(x.Title, strings.TrimSpace(off[1])) })
		if i >= 0 {
			return topicEdit{seq: m.Topics[i].Seq, what: putOffWord}
		}
	}
	return topicEdit{}
}

func chineseDigit(s string) int {
	if i := slices.Index([]string{"一", "二", "三", "四", "五", "六", "七", "八", "九"}, s); i >= 0 {
		return i + 1
	}
	n, _ := strconv.Atoi(s)
	return n
}

// itemMark is the number before one of several topics: 1确定里程碑 2 A/B方案选型.
var itemMark = regexp.MustCompile(`(?:^|[\s，,；;。])([1-9])\s*[.、．:：)）]?\s*`)

// readTopics parts the words into topics, each with the output and the minutes
// that stand in clauses of their own: 预算口径，20分钟，要决策.
func readTopics(text string) []meeting.Topic {
	var out []meeting.Topic
	for _, item := range topicItems(text) {
		if t := readTopic(item); t.Title != "" {
			out = append(out, t)
		}
	}
	return out
}

// topicItems parts a list that counts 1, 2, 3; other words are one topic a line.
func topicItems(text string) []string {
	text = strings.TrimSpace(text)
	var items []string
	from, next := -1, 1
	for _, mark := range itemMark.FindAllStringSubmatchIndex(text, -1) {
		if text[mark[2]:mark[3]] != strconv.Itoa(next) || next == 1 && mark[2] != 0 {
			continue
		}
		if from >= 0 {
			items = append(items, text[from:mark[0]])
		}
		from = mark[1]
		next++
	}
	if next > 2 {
		return append(items, text[from:])
	}
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("；;\n", r) })
}

var (
	outputClause = regexp.MustCompile(`^(?:要|产出|得到|出|需要)?(?:一个|个|一份)?(决策|方案|任务清单)$`)
	minuteClause = regexp.MustCompile(`^(\d{1,2})\s*(?:分钟|分)$`)
)

func readTopic(item string) meeting.Topic {
	var t meeting.Topic
	var title []string
	for _, c := range strings.FieldsFunc(item, func(r rune) bool { return strings.ContainsRune("，,（）()", r) }) {
		c = line(c)
		if m := outputClause.FindStringSubmatch(c); m != nil && len(title) > 0 {
			t.Output = meeting.Output(m[1])
		} else if m := minuteClause.FindStringSubmatch(c); m != nil && len(title) > 0 {
			t.Minutes, _ = strconv.Atoi(m[1])
		} else if c != "" {
			title = append(title, c)
		}
	}
	t.Title = strings.Trim(strings.Join(title, "，"), "。 ")
	for words := strings.Fields(t.Title); len(words) > 1; words = words[:len(words)-1] {
		last := words[len(words)-1]
		if m := minuteClause.FindStringSubmatch(last); m != nil {
			t.Minutes, _ = strconv.Atoi(m[1])
		} else if m := outputClause.FindStringSubmatch(last); m != nil {
			t.Output = meeting.Output(m[1])
		} else {
			break
		}
		t.Title = strings.Join(words[:len(words)-1], " ")
	}
	return t
}

// A namedOutput is what one topic is to end in.
type namedOutput struct {
	seq    int
	output meeting.Output
	text   string
}

var (
	eachOutput = regexp.MustCompile(`([1-9一二三四五六七八九])\s*[.、．:：)）个]?\s*(?:是|要|议题)?\s*(决策|方案|任务清单|其他)\s*[:：(（]?([^，,；;\d）)]*)`)
	allOutputs = regexp.MustCompile(`^(?:都|全部|全都)(?:是|要)?(决策|方案|任务清单)$`)
)

// readOutputs reads “1任务清单，2决策，3方案”, “都是决策”, and for one open topic
// the bare word.
func readOutputs(said string, m *meeting.Meeting) []namedOutput {
	said = strings.TrimSpace(said)
	var out []namedOutput
	if all := allOutputs.FindStringSubmatch(said); all != nil {
		for _, t := range m.Topics {
			out = append(out, namedOutput{seq: t.Seq, output: meeting.Output(all[1])})
		}
		return out
	}
	for _, hit := range eachOutput.FindAllStringSubmatch(said, -1) {
		o := namedOutput{seq: chineseDigit(hit[1]), output: meeting.Output(hit[2])}
		if o.output == meeting.Something {
			o.text = line(hit[3])
		}
		out = append(out, o)
	}
	return out
}

// departmentsIn parts a list of departments.
func departmentsIn(text string) []string {
	var out []string
	for _, d := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、，,；; \n", r) }) {
		if d = strings.TrimSpace(d); d != "" && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}
