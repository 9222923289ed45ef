package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

type guestArgs struct {
	Meeting  string             `arg:"会议"`
	People   []meeting.PersonID `alias:"参会 人员 同事"    arg:"参会人"       opt:"find"  say:"谁参加？请@同事，可以一次写几位。"`
	Tier     meeting.Tier       `arg:"层级"          opt:"find offer"`
	Observer bool               `arg:"列席"          opt:"find"`
	Remove   bool               `alias:"移除 删除 不用来"   arg:"去掉"        opt:"find"`
	Deciders []meeting.PersonID `arg:"决策层"`
	Doers    []meeting.PersonID `arg:"执行层"`
	Support  []meeting.PersonID `arg:"支持层"`
}

// addGuests puts people on the list or takes them off; whoever comes after the
// notice gets it at once (R8, R18).
func addGuests(_ context.Context, t *bot.Turn, a guestArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned, meeting.Noticed)
	if err != nil {
		return bot.Reply{}, err
	}
	if a.Remove {
		return a.remove(t, m)
	}
	if a.Tier == meeting.Decider && len(a.People) == 0 {
		return bot.Reply{}, &meeting.Refusal{Rule: "R8", Gaps: []meeting.Gap{{Field: "参会人", Rule: "R8", Say: "请谁来拿决定？请@能拍板的同事。"}}}
	}
	added, err := a.invite(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	reply, err := planSaved(t, m, fmt.Sprintf("现在有%d位参会", len(m.Participants)))
	if m.Status == meeting.Noticed {
		reply.Posts = tell(t, m, "预通知").card("notice", added...).posts
	}
	return reply, err
}

// invite does it for each tier that was named.
func (a guestArgs) invite(t *bot.Turn, m *meeting.Meeting) (added []meeting.PersonID, err error) {
	all := []meeting.Invitation{
		{People: a.People, Tier: a.Tier, Observer: a.Observer},
		{People: a.Deciders, Tier: meeting.Decider}, {People: a.Doers, Tier: meeting.Doer}, {People: a.Support, Tier: meeting.Support},
	}
	said := slices.ContainsFunc(all, func(inv meeting.Invitation) bool { return len(inv.People) > 0 })
	for i, inv := range all {
		if len(inv.People) == 0 && (i > 0 || said) {
			continue
		}
		more, err := m.Invite(t.Book, t.Who, inv)
		if err != nil {
			return nil, err
		}
		added = append(added, more...)
	}
	return added, nil
}

func (a guestArgs) remove(t *bot.Turn, m *meeting.Meeting) (bot.Reply, error) {
	if len(a.People) == 0 {
		return bot.Reply{}, &meeting.Refusal{Rule: "R8", Gaps: []meeting.Gap{{Field: "参会人", Rule: "R8", Say: "去掉哪一位？请@同事。"}}}
	}
	if err := m.Uninvite(t.Who, a.People); err != nil {
		return bot.Reply{}, err
	}
	reply, err := planSaved(t, m, "已去掉"+names(a.People))
	if m.Status == meeting.Noticed {
		reply.Posts = tell(t, m, "不用参会了").text(title(m)+"您不用参加了，打扰了。", a.People...).posts
	}
	return reply, err
}

type copyArgs struct {
	Meeting string `arg:"会议"`
	Names   string `arg:"名单" opt:"required rest people" say:"抄送给谁？请@领导，或写需知晓的部门，如“@高远 财务部”。"`
	Remove  bool   `arg:"去掉" opt:"find"`
}

func copyTo(_ context.Context, t *bot.Turn, a copyArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned, meeting.Noticed)
	if err != nil {
		return bot.Reply{}, err
	}
	people, departments, err := peopleOrUnits(t, a.Names)
	if err != nil {
		return bot.Reply{}, err
	}
	all := slices.Concat(tokensOf(people), departments)
	if a.Remove {
		if err := m.Uncopy(t.Who, people, departments); err != nil {
			return bot.Reply{}, err
		}
		return planSaved(t, m, "已去掉"+strings.Join(all, "、"))
	}
	added, err := m.Copy(t.Book, t.Who, people, departments)
	if err != nil {
		return bot.Reply{}, err
	}
	reply, err := planSaved(t, m, "已抄送"+strings.Join(all, "、"))
	if m.Status == meeting.Noticed {
		reply.Posts = tell(t, m, "抄送").card("notice", added...).posts
	}
	return reply, err
}

func tokensOf(people []meeting.PersonID) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.Token()
	}
	return out
}

// peopleOrUnits reads a list in which departments stand beside people.
func peopleOrUnits(t *bot.Turn, text string) (people []meeting.PersonID, departments []string, err error) {
	everyone, err := t.Book.Everyone()
	if err != nil {
		return nil, nil, fmt.Errorf("people: %w", err)
	}
	for _, name := range departmentsIn(strings.ReplaceAll(text, "@{", " @{")) {
		if slices.ContainsFunc(everyone, func(p meeting.Person) bool { return p.Department == name }) || strings.HasSuffix(name, "部") {
			departments = append(departments, name)
			continue
		}
		p, gap := meeting.FindPerson("名单", name, t.Who, everyone)
		if gap != nil {
			return nil, nil, &meeting.Refusal{Rule: gap.Rule, Gaps: []meeting.Gap{*gap}}
		}
		people = append(people, p)
	}
	return people, departments, nil
}

type roleArgs struct {
	Meeting    string           `arg:"会议"`
	Host       meeting.PersonID `alias:"主持人"     arg:"主持"`
	Recorder   meeting.PersonID `alias:"记录人"     arg:"记录"`
	Timekeeper string           `alias:"计时人 时间管理员" arg:"计时"`
	Said       string           `arg:"分工说明"     opt:"rest"`
}

// assignRoles sets who hosts, records and keeps the time. After the notice a new
// host or recorder is asked first (3.2).
func assignRoles(_ context.Context, t *bot.Turn, a roleArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, (*meeting.Meeting).Open)
	if err != nil {
		return bot.Reply{}, err
	}
	d, err := a.duties(t)
	if err != nil {
		return bot.Reply{}, err
	}
	asked, err := m.AssignRoles(t.Book, t.Who, d, t.Now)
	if err != nil {
		return bot.Reply{}, err
	}
	reply, err := planSaved(t, m, "分工已定："+rolesLine(m))
	if len(asked) == 0 {
		return reply, err
	}
	r := tell(t, m, "请您接手")
	var say []string
	for _, o := range asked {
		r.card("role", o.To)
		say = append(say, "已请"+o.To.Token()+"接手"+string(o.Role))
	}
	reply.Posts, reply.Face = r.posts, bot.Face{}
	reply.Toast = strings.Join(say, "，") + "，本人确认前仍由原来的人负责。"
	return reply, err
}

// duties finds 主持是我，记录林晓，计时你来 among the words.
func (a roleArgs) duties(t *bot.Turn) (meeting.Duties, error) {
	d := meeting.Duties{Host: a.Host, Recorder: a.Recorder}
	keeper := a.Timekeeper
	for _, c := range clausesOf(a.Said) {
		for word, to := range map[string]*meeting.PersonID{"主持": &d.Host, "记录": &d.Recorder} {
			name, ok := strings.CutPrefix(c, word)
			if !ok {
				continue
			}
			p, err := personNamed(t, word, trimRole(name))
			if err != nil {
				return d, err
			}
			*to = p
		}
		if name, ok := strings.CutPrefix(c, "计时"); ok {
			keeper = trimRole(name)
		}
	}
	switch keeper = strings.TrimSpace(keeper); {
	case keeper == "":
	case slices.Contains([]string{"会办", "你", "你来", "机器人", "助手", "@会办"}, keeper):
		d.ByBot = true
	default:
		p, err := personNamed(t, "计时", keeper)
		if err != nil {
			return d, err
		}
		d.Timekeeper = p
	}
	return d, nil
}

func trimRole(s string) string {
	for _, lead := range []string{"人", "是", "由", "为"} {
		s = strings.TrimPrefix(strings.TrimSpace(s), lead)
	}
	return strings.TrimSpace(s)
}

// rolesLine says who has which part.
func rolesLine(m *meeting.Meeting) string {
	say := func(p meeting.PersonID, none string) string {
		if p == meeting.Nobody {
			return none
		}
		return p.Token()
	}
	return "主持" + say(m.Host, "未定") + "，记录" + say(m.Recorder, "未定") + "，计时" + say(m.Timekeeper, "会办")
}

type roleOfferArgs struct {
	Meeting string `arg:"会议"`
	Reason  string `alias:"原因" arg:"理由" opt:"rest"`
}

// takeRole is the yes of a new host or recorder; clocks and cards move to them.
func takeRole(_ context.Context, t *bot.Turn, a roleOfferArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, offeredTo(t.Who))
	if err != nil {
		return bot.Reply{}, err
	}
	taken, papers, err := m.TakeOver(t.Book, t.Who)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	for _, x := range papers {
		if err := t.Book.SaveMinutes(x); err != nil {
			return bot.Reply{}, err
		}
	}
	r := tell(t, m, "接手")
	for _, o := range taken {
		r.text(t.Who.Token()+"已接手"+title(m)+"的"+string(o.Role)+"。", o.By, m.Initiator, m.Host, m.Recorder)
	}
	return r.done(t, "已接手"+string(taken[0].Role), ""), nil
}

func declineRole(_ context.Context, t *bot.Turn, a roleOfferArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, offeredTo(t.Who))
	if err != nil {
		return bot.Reply{}, err
	}
	declined, err := m.DeclineRole(t.Who, a.Reason)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, m, "不接手")
	for _, o := range declined {
		r.text(t.Who.Token()+"不接"+title(m)+"的"+string(o.Role)+because(a.Reason)+"。仍由原来的人负责。", o.By)
	}
	return r.done(t, "已告诉"+declined[0].By.Token(), ""), nil
}

func offeredTo(who meeting.PersonID) func(*meeting.Meeting) bool {
	return func(m *meeting.Meeting) bool { return len(m.Offered(who)) > 0 }
}

// drawRole asks the new host or recorder.
func drawRole(v meetingView) (card.Card, error) {
	m := v.m
	c := card.Card{Title: cut(line(m.Title), 12) + "：请您接手", Tone: card.Blue, Fields: []card.Field{
		{Label: "时间", Value: v.slot()}, {Label: "现在", Value: rolesLine(m)}, {Label: "编号", Value: m.No},
	}}
	offers := m.Offered(v.who)
	if len(offers) == 0 {
		c.Title, c.Tone = cut(line(m.Title), 14)+"：分工", card.Grey
		return c, nil
	}
	parts := make([]string, len(offers))
	for i, o := range offers {
		parts[i] = string(o.Role)
	}
	c.Body = offers[0].By.Token() + "请您担任" + strings.Join(parts, "和") + "。您接手后，时限和卡片都转给您；之前仍由原来的人负责。"
	c.Buttons = []card.Button{v.act("接手", "接手", "接手"), v.act("不接手", "不接手", "不接手")}
	return c, nil
}
