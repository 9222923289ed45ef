package command

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

func disputing() []bot.Command {
	return []bot.Command{
		bot.Define("分歧", "记下谁有什么不同观点和理由，请本人确认原话", differ).In(headLive).Also("不同观点", "不同意见"),
		bot.Define("确认观点", "确认记下的就是您的原话", confirmView).In(headLive).Also("原话没错"),
		bot.Define("改观点", "把记下的观点改成您自己的话", rewordView).In(headLive).Also("改原话"),
		bot.Define("撤回观点", "收回自己的不同观点", dropView).In(headLive),
		bot.Define("未决", "把一件事记为未决：谁在哪天前定，或下次再议", unsettled).In(headLive).
			Also("记为未决", "转未决", "未决事项").Partial(),
		bot.Define("裁决", "决策人定一件未决的事，写明依据", ruleOn).In(headLive),
		bot.Define("撤回未决", "不用再定了，写明原因，要主持人同意", retract).In(headLive),
	}
}

type differArgs struct {
	Meeting string           `arg:"会议"`
	Who     meeting.PersonID `arg:"谁" alias:"发言人" opt:"find"`
	Text    string           `arg:"观点" alias:"内容" opt:"rest"`
	Reason  string           `arg:"理由" alias:"原因"`
}

func differ(_ context.Context, t *bot.Turn, a differArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	views, err := a.views(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	d, err := disputeHere(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	for _, v := range views {
		if err := d.Hold(v, t.Who, t.Now); err != nil {
			return bot.Reply{}, err
		}
	}
	posts, err := filed(t, m, d)
	if err != nil {
		return bot.Reply{}, err
	}
	for _, v := range views {
		e := meeting.Entry{Kind: meeting.Difference, Text: v.Text, Speaker: v.Person, Topic: d.Topic, Dispute: d.ID}
		if _, err := m.Record(e, t.Who, t.Now); err != nil {
			return bot.Reply{}, err
		}
	}
	reply, err := recorded(t, m, "✓ 已记分歧"+differing(d, views))
	reply.Posts = slices.Concat(posts, askThese(t, d, views))
	return reply, err
}

// differing says what a new 分歧 still wants.
func differing(d *meeting.Dispute, views []meeting.View) string {
	var nameless []string
	asked := ""
	for _, v := range views {
		switch held := d.ViewOf(v.Person); {
		case v.Person == meeting.Nobody:
			nameless = append(nameless, v.Department)
		case held != nil && !held.Confirmed:
			asked = "，已请本人确认原话"
		}
	}
	switch {
	case len(nameless) > 0:
		return "。“" + strings.Join(nameless, "”“") + "”是哪一位？请再发“分歧 @本人 观点”。"
	case len(d.Views) < 2:
		return asked + "。另一方怎么看？再发“分歧 @人 观点 理由:…”。"
	case d.Question == "":
		return asked + "。未决事项请用一句话写：“未决 … 决策人:@ 期限:”。"
	}
	return asked + "。"
}

// views are what was said: of the one named, of the speaker, or of several
// (分歧：生产说月底到料，采购说下月5号).
func (a differArgs) views(t *bot.Turn, m *meeting.Meeting) ([]meeting.View, error) {
	if a.Who == meeting.Nobody {
		if said, err := saidBy(t, m, a.Text); err != nil || len(said) > 0 {
			return said, err
		}
	}
	who := a.Who
	if who == meeting.Nobody {
		if t.Who == m.Recorder && m.Recorder != m.Host {
			return nil, &meeting.Refusal{Rule: "R42", Gaps: []meeting.Gap{{Field: "谁", Rule: "R42", Say: "这是谁的观点？请@本人。"}}}
		}
		who = t.Who
	}
	v := meeting.View{Person: who, Text: a.Text, Reason: a.Reason}
	p, err := t.Book.Person(who)
	if err != nil {
		return nil, fmt.Errorf("person %d: %w", who, err)
	}
	v.Department = p.Department
	if in := m.Participant(who); in != nil && in.Department != "" {
		v.Department = in.Department
	}
	return []meeting.View{v}, nil
}

// saying is who says what, in a list of clauses.
var saying = regexp.MustCompile(`^\s*(@\{p\d+\} ?|[^说认觉表主我你他她，,]{1,6}?)(?:说|认为|觉得|表示|主张)[:：]?\s*(.{2,}?)\s*$`)

// saidBy reads clauses of who says what. The one participant of that name or
// department is whose view it is; otherwise it stays with the word, to be asked
// about.
func saidBy(t *bot.Turn, m *meeting.Meeting, text string) ([]meeting.View, error) {
	var out []meeting.View
	for clause := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("，,；;。\n", r) }) {
		found := saying.FindStringSubmatch(clause)
		if found == nil {
			if len(out) == 0 {
				return nil, nil
			}
			out[len(out)-1].Text += "，" + strings.TrimSpace(clause)
			continue
		}
		v := meeting.View{Department: found[1], Text: found[2]}
		p, err := oneCalled(t, m, found[1])
		if err != nil {
			return nil, err
		}
		if p != nil {
			v.Person, v.Department = p.Person, p.Department
		}
		out = append(out, v)
	}
	return out, nil
}

// oneCalled is the one participant whom a word names, nil if it is not one.
func oneCalled(t *bot.Turn, m *meeting.Meeting, word string) (*meeting.Participant, error) {
	var found []*meeting.Participant
	for i := range m.Participants {
		p := &m.Participants[i]
		who, err := t.Book.Person(p.Person)
		if err != nil {
			return nil, fmt.Errorf("person %d: %w", p.Person, err)
		}
		in := strings.TrimSuffix(p.Department, "部")
		if who.Name == word || p.Person.Token() == strings.TrimSpace(word) || in != "" && strings.TrimSuffix(word, "部") == in {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		return nil, nil //nolint:nilnil // nobody, or several
	}
	return found[0], nil
}

// disputeHere is the open 分歧 of the topic, or a new one.
func disputeHere(t *bot.Turn, m *meeting.Meeting) (*meeting.Dispute, error) {
	topic := 0
	if c := m.Current(); c != nil {
		topic = c.Seq
	}
	d, err := openDispute(t, m, topic, func(d *meeting.Dispute) bool { return d.Kind == meeting.Disagreed })
	if err != nil || d != nil {
		return d, err
	}
	return m.NewDispute(meeting.Disagreed, topic, t.Who, t.Now), nil
}

// openDispute is the last open dispute of a topic that fits, nil if there is none.
func openDispute(t *bot.Turn, m *meeting.Meeting, topic int, fits func(*meeting.Dispute) bool) (*meeting.Dispute, error) {
	all, err := t.Book.FindDisputes(meeting.DisputeQuery{Meeting: m.ID, Open: true})
	if err != nil {
		return nil, fmt.Errorf("disputes of meeting %d: %w", m.ID, err)
	}
	for _, d := range slices.Backward(all) {
		if d.Topic == topic && fits(d) {
			return d, nil
		}
	}
	return nil, nil //nolint:nilnil // none is open
}

// filed saves a dispute, gives it its number once it lacks nothing and asks the
// decider.
func filed(t *bot.Turn, m *meeting.Meeting, d *meeting.Dispute) ([]bot.Post, error) {
	asks, err := d.File(t.Book, m.Serial)
	if err != nil {
		return nil, err
	}
	d.Readers = m.People()
	if err := t.Book.SaveDispute(d); err != nil {
		return nil, err
	}
	if !asks {
		return nil, nil
	}
	if d.Decider == t.Who {
		return []bot.Post{{To: bot.To{Person: t.Who}, Face: bot.Face{Name: "decision", Of: d.Ref(), For: t.Who}, Class: bot.ClassAnswer, Why: "请您定"}}, nil
	}
	return tell(t, d, "请您定一件未决的事").card("decision", d.Decider).posts, nil
}

// askThese asks people to confirm the views that were written for them.
func askThese(t *bot.Turn, d *meeting.Dispute, views []meeting.View) []bot.Post {
	r := tell(t, d, "请您确认原话")
	for _, v := range views {
		r.card("view", v.Person)
	}
	return r.posts
}

// askViews shows all who hold a view of the topic theirs, behind a sentence.
func askViews(all []*meeting.Dispute, topic int, say string) []bot.Post {
	var posts []bot.Post
	for _, d := range all {
		if d.Topic != topic || d.Kind != meeting.Disagreed {
			continue
		}
		for _, v := range d.Views {
			if v.Person == meeting.Nobody {
				continue
			}
			posts = append(posts, bot.Post{
				To: bot.To{Person: v.Person}, Text: say, Face: bot.Face{Name: "view", Of: d.Ref(), For: v.Person},
				Class: bot.ClassNews, Why: "请您确认原话",
			})
		}
	}
	return posts
}

type noteOnly struct {
	Note string `arg:"附言" opt:"rest"`
}

func confirmView(_ context.Context, t *bot.Turn, _ noteOnly) (bot.Reply, error) {
	d, err := myView(t)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := d.ConfirmView(t.Who); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Toast: "✓ 原话已确认，会照这样写进记录。"}, t.Book.SaveDispute(d)
}

type rewordViewArgs struct {
	Text   string `arg:"观点" opt:"required rest" say:"您的观点怎么写？"`
	Reason string `arg:"理由" alias:"原因"`
}

func rewordView(_ context.Context, t *bot.Turn, a rewordViewArgs) (bot.Reply, error) {
	d, err := myView(t)
	if err != nil {
		return bot.Reply{}, err
	}
	v := d.ViewOf(t.Who)
	if v == nil {
		return bot.Reply{}, d.ConfirmView(t.Who)
	}
	changed := *v
	changed.Text = a.Text
	if a.Reason != "" {
		changed.Reason = a.Reason
	}
	if err := d.Hold(changed, t.Who, t.Now); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Toast: "✓ 观点已改成您的原话。"}, t.Book.SaveDispute(d)
}

func dropView(_ context.Context, t *bot.Turn, _ noteOnly) (bot.Reply, error) {
	d, err := myView(t)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := d.DropView(t.Who); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveDispute(d); err != nil {
		return bot.Reply{}, err
	}
	m, err := t.Book.Meeting(d.Meeting)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("meeting %d: %w", d.Meeting, err)
	}
	r := tell(t, d, "观点撤回了").text(t.Who.Token()+"撤回了在议题"+strconv.Itoa(d.Topic)+"上的观点。", m.Recorder, m.Host)
	return bot.Reply{Toast: "✓ 您的观点已撤回。", Posts: r.posts}, nil
}

type unsettledArgs struct {
	Meeting  string           `arg:"会议"`
	Text     string           `arg:"内容" alias:"事项 未决事项" opt:"rest"`
	Decider  meeting.PersonID `arg:"决策人" alias:"裁决人 谁定"`
	Due      meeting.Deadline `arg:"期限" alias:"截止 日期"`
	Follow   meeting.PersonID `arg:"跟进人" alias:"跟进"`
	Later    bool             `arg:"下次再议" alias:"下次再说 下次再谈" opt:"find"`
	Topic    *int             `arg:"议题"`
	Existing string           `arg:"记录" opt:"hidden"`
}

func unsettled(_ context.Context, t *bot.Turn, a unsettledArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	d, fresh, err := a.dispute(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	had := d.Question
	gaps, err := d.Ask(m, a.question(), t.Who, t.Now, t.Calendar)
	if err != nil {
		return bot.Reply{}, err
	}
	posts, err := filed(t, m, d)
	if err != nil {
		return bot.Reply{}, err
	}
	if fresh || had == "" {
		e := meeting.Entry{Kind: meeting.Unsettled, Text: d.Question, Topic: d.Topic, Dispute: d.ID}
		if _, err := m.Record(e, t.Who, t.Now); err != nil {
			return bot.Reply{}, err
		}
	}
	reply, err := recorded(t, m, unsettledSay(t, d, len(gaps)+len(t.Unread()) > 0))
	reply.Posts = posts
	if gaps = append(t.Unread(), gaps...); len(gaps) > 0 {
		if fresh || had == "" {
			reply.Text = reply.Toast
		}
		reply.Ask = &bot.Ask{Have: map[string]string{"记录": disputeKey(d)}, Gaps: gaps}
	}
	return reply, err
}

// question is what was said, without the topic's number before it.
func (a unsettledArgs) question() meeting.Question {
	_, text := topicIn(a.Text)
	return meeting.Question{Text: text, Decider: a.Decider, Due: a.Due, FollowUp: a.Follow, Later: a.Later}
}

// dispute is the one that is completed, the open one of the topic that has no
// question yet or lacks something, or a new one.
func (a unsettledArgs) dispute(t *bot.Turn, m *meeting.Meeting) (*meeting.Dispute, bool, error) {
	if a.Existing != "" {
		id, err := strconv.ParseInt(strings.TrimPrefix(a.Existing, "D"), 10, 64)
		if err != nil {
			return nil, false, meeting.Refuse("R43", "没有找到这件未决事项。")
		}
		d, err := t.Book.Dispute(meeting.DisputeID(id))
		return d, false, err
	}
	topic, text := topicIn(a.Text)
	switch {
	case a.Topic != nil:
		topic = *a.Topic
	case topic == 0 && m.Current() != nil:
		topic = m.Current().Seq
	}
	d, err := openDispute(t, m, topic, func(d *meeting.Dispute) bool {
		return d.Question == "" || d.Question == text || text == "" && d.No == ""
	})
	if err != nil || d != nil {
		return d, false, err
	}
	return m.NewDispute(meeting.Unfinished, topic, t.Who, t.Now), true, nil
}

// unsettledSay says what became of it; asks tells that something is asked for.
func unsettledSay(t *bot.Turn, d *meeting.Dispute, asks bool) string {
	switch {
	case d.No != "":
		return "✓ 已记未决，请" + d.Decider.Token() + "在" + meeting.Moment(d.DecideBy, t.Now) + "前定，双方观点附在卡片上。（" + d.No + "）"
	case slices.Contains(d.Lacks(), "双方观点"):
		return "✓ 已记未决。还缺另一方的观点，请发“分歧 @人 观点 理由:…”。"
	case !asks && d.Kind == meeting.Unfinished && len(d.Lacks()) == 0:
		return "✓ 已记为未议完，留到下次再议。要请决策层定，再发“未决 决策人:@ 期限:”。"
	}
	return "✓ 已记未决。"
}
