package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

func answeringInvitations() []bot.Command {
	return []bot.Command{
		bot.Define("参加", "回复能参加会议", willAttend).In(headPlan).Also("我参加", "能参加", "我能参加", "可以参加", "我可以参加", "准时参加", "确认参加"),
		bot.Define("请假", "回复不能参加；原因可以不写，只有发起人和主持人能看到", stayAway).In(headPlan).
			Also("我请假", "会议请假", "不能参加", "我不能参加", "参加不了", "不参加", "来不了", "去不了"),
		bot.Define("代参会", "请一位同事代您参会", sendProxy).In(headPlan).Also("请人代参会", "请人代", "找人代参会", "我让"),
		bot.Define("回执", "看参会回复到几位了；发起人、主持人和记录人能看到谁还没回", answers).In(headPlan).
			Also("谁还没回", "谁没回", "谁还没回复", "谁没回复", "谁还没回复参会", "谁参加", "参会回复", "催回执"),
	}
}

// rsvpLine counts the answers to the invitation: 已回复6/8 (R14).
func rsvpLine(m *meeting.Meeting) string {
	return fmt.Sprintf("已回复%d/%d", m.Replied(), len(m.Participants))
}

type attendArgs struct {
	Meeting string `arg:"会议"`
}

type stayAwayArgs struct {
	Meeting string `arg:"会议"`
	Reason  string `arg:"原因" alias:"理由" opt:"rest"`
}

type proxyArgs struct {
	Meeting string           `arg:"会议"`
	Proxy   meeting.PersonID `arg:"代参会人" alias:"代 谁" opt:"find" say:"请谁代您参会？请@一位同事。"`
	Note    string           `arg:"说明" opt:"rest"`
}

func willAttend(_ context.Context, t *bot.Turn, a attendArgs) (bot.Reply, error) {
	return respond(t, a.Meeting, meeting.Response{RSVP: meeting.Comes})
}

func stayAway(_ context.Context, t *bot.Turn, a stayAwayArgs) (bot.Reply, error) {
	return respond(t, a.Meeting, meeting.Response{RSVP: meeting.Absent, Reason: cut(line(a.Reason), 100)})
}

func sendProxy(_ context.Context, t *bot.Turn, a proxyArgs) (bot.Reply, error) {
	if handsOut(a.Note) {
		return bot.Reply{}, meeting.Refuse("6.1", "要请人代您参会，发“代参会 @同事”；要交办一件事，发“待办 @同事 做什么 哪天要”。")
	}
	return respond(t, a.Meeting, meeting.Response{RSVP: meeting.ByProxy, Proxy: a.Proxy})
}

// handsOut reports whether the words behind 我让某某 ask for something else than
// to come to a meeting instead.
func handsOut(note string) bool {
	note = strings.TrimSpace(note)
	return note != "" && !strings.ContainsAny(note, "替代去来会参")
}

// respond takes the RSVP of whoever speaks or taps, for themselves only.
func respond(t *bot.Turn, typed string, a meeting.Response) (bot.Reply, error) {
	m, err := which(t, typed, func(m *meeting.Meeting) bool {
		return m.Status == meeting.Noticed && m.Participant(t.Who) != nil
	})
	if err != nil {
		return bot.Reply{}, err
	}
	before := meeting.Participant{}
	if p := m.Participant(t.Who); p != nil {
		before = *p
	}
	if err := m.Respond(t.Book, t.Who, a, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	return responded(t, m, before)
}

// responded tells the proxies that come and go, and the hosts of who will be
// away. What somebody gave as reason stands on the hosts' card only, which is
// drawn anew when it is erased (R14, Q10).
func responded(t *bot.Turn, m *meeting.Meeting, before meeting.Participant) (bot.Reply, error) {
	p := m.Participant(t.Who)
	r := tell(t, m, "参会回复")
	if before.Proxy != meeting.Nobody && before.Proxy != p.Proxy {
		r.text(title(m)+"不用您代"+t.Who.Token()+"参会了。", before.Proxy)
	}
	switch p.RSVP {
	case meeting.Absent:
		r.abandoned(t, m).card("answers", m.Initiator, m.Host)
		return r.done(t, "已记您请假", "，"+span(t, m)+"。原因只有发起人和主持人能看到，会后清除"), nil
	case meeting.ByProxy:
		r.why = p.Person.Token() + "请您代为参会"
		r.abandoned(t, m).card("invited", p.Proxy)
		r.why = "参会回复"
		r.card("answers", m.Initiator, m.Host)
		warn, err := otherDepartment(t, p)
		if err != nil {
			return bot.Reply{}, err
		}
		say := r.done(t, "已请"+p.Proxy.Token()+"代您参会", "，"+slot(t, m))
		say.Toast += warn
		return say, nil
	case meeting.Comes, meeting.Unanswered:
	}
	if before.RSVP == meeting.Absent || before.RSVP == meeting.ByProxy {
		r.card("answers", m.Initiator, m.Host)
	}
	return r.done(t, "已记您参加", "，"+slot(t, m)), nil
}

// abandoned tells those whose proxy will be away too.
func (r *round) abandoned(t *bot.Turn, m *meeting.Meeting) *round {
	for _, p := range m.Participants {
		if p.Proxy == t.Who {
			r.text(t.Who.Token()+"来不了"+title(m)+"，不能代您参会，请您另请一位或自己参加。", p.Person)
		}
	}
	return r
}

// otherDepartment warns of a proxy from another department (R14): they may not
// be able to answer for it.
func otherDepartment(t *bot.Turn, p *meeting.Participant) (string, error) {
	proxy, err := t.Book.Person(p.Proxy)
	if err != nil {
		return "", fmt.Errorf("proxy %d: %w", p.Proxy, err)
	}
	if p.Department == "" || proxy.Department == p.Department {
		return "", nil
	}
	from := proxy.Department
	if from == "" {
		from = "其他部门"
	}
	return "提醒：" + p.Proxy.Token() + "是" + from + "的，请先交代清楚能代" + p.Department + "答应什么。", nil
}

func answers(_ context.Context, t *bot.Turn, a attendArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Noticed, meeting.Live))
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case !m.Involves(t.Who):
		return bot.Reply{}, notYours(m)
	case m.Status == meeting.Planned:
		return bot.Reply{Toast: title(m) + "还没有发预通知，发了以后才有回复。"}, nil
	case seesNames(m, t.Who):
		return private(t, bot.Face{Name: "answers", Of: m.Ref(), For: t.Who}, ""), nil
	}
	return bot.Reply{Toast: title(m) + rsvpLine(m) + "。谁还没回，只有发起人、主持人和记录人能看到。"}, nil
}

// seesNames reports whether the person may see who has not answered (Q10).
func seesNames(m *meeting.Meeting, who meeting.PersonID) bool {
	return m.Leads(who) || who != meeting.Nobody && who == m.Recorder
}

// notYours refuses to tell of a meeting to who has no part in it (R18).
func notYours(m *meeting.Meeting) error {
	return meeting.Refuse("R18", "“"+title(m)+"”的内容只有参会人和抄送的人能看。要参加请告诉发起人"+m.Initiator.Token()+"。")
}

// peopleOf are the participants themselves.
func peopleOf(all []meeting.Participant) []meeting.PersonID {
	out := make([]meeting.PersonID, 0, len(all))
	for _, p := range all {
		out = append(out, p.Person)
	}
	return slices.Clip(out)
}
