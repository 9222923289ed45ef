package meeting

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"huiban/bot/workday"
)

// Limits of method.md 3.1, in characters.
const (
	titleLimit = 60
	placeLimit = 200
)

// A Plan is what a new meeting begins with. Only the title must be there; what
// else is known saves a step (R7).
type Plan struct {
	By         PersonID
	Department string // of By
	Title      string
	Start, End time.Time
	Place      string
	Form       Form // empty: told by the place
	Chat       string
	Like       *Meeting // 照上次: people, roles, tiers and place of that one
}

// Convene makes a draft of a meeting (R1). Topics are never invented: it begins
// without any.
func Convene(b Book, p Plan, now time.Time) (*Meeting, error) {
	title, err := meetingTitle(p.Title)
	if err != nil {
		return nil, err
	}
	m := &Meeting{
		Title: title, Initiator: p.By, Department: p.Department, Chat: p.Chat,
		Status: Planned, CreatedAt: now,
	}
	if p.Like != nil {
		m.copyFrom(p.Like)
	}
	if p.Place != "" {
		m.setPlace(p.Place, p.Form)
	}
	m.note("新建会议", p.By, "", m.Title, "")
	if !p.Start.IsZero() {
		if err := m.setTime(b, p.Start, p.End); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func meetingTitle(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	switch n := utf8.RuneCountInString(s); {
	case !strings.ContainsFunc(s, sayable):
		return "", &Refusal{Rule: "R7", Gaps: []Gap{{Field: "名称", Rule: "R7", Say: "会议叫什么名字？如“新产品评审会”。"}}}
	case n > titleLimit:
		return "", &Refusal{Rule: "R7", Gaps: []Gap{{Field: "名称", Rule: "R7", Say: fmt.Sprintf("会议名称最多%d字，现在有%d字。请写短一些。", titleLimit, n)}}}
	}
	return s, nil
}

// Prepares reports whether the person may prepare the meeting: 发起人, 主持人 or
// 记录人.
func (m *Meeting) Prepares(who PersonID) bool {
	return m.Leads(who) || who != Nobody && who == m.Recorder
}

// mayPrepare refuses everybody else and says who may.
func (m *Meeting) mayPrepare(who PersonID) error {
	if m.Prepares(who) {
		return nil
	}
	return Refuse("R1", "“"+short(m.Title)+"”由"+m.preparers()+"筹备，要改请告诉一声。")
}

func (m *Meeting) preparers() string {
	var say []string
	for _, p := range without([]PersonID{m.Initiator, m.Host, m.Recorder}, Nobody) {
		switch p {
		case m.Initiator:
			say = append(say, "发起人"+p.Token())
		case m.Host:
			say = append(say, "主持人"+p.Token())
		default:
			say = append(say, "记录人"+p.Token())
		}
	}
	return strings.Join(say, "、")
}

// drafting refuses whoever may not prepare, and a meeting whose notice is out:
// then what it promised changes only by 改期 and 取消 (R23).
func (m *Meeting) drafting(who PersonID, what string) error {
	if err := m.mayPrepare(who); err != nil {
		return err
	}
	if m.Status == Planned {
		return nil
	}
	if m.Status == Noticed {
		next := "会上有新的内容请用“另议”。"
		if what == "时间" {
			next = "要换时间请发“会议改期 新时间 原因:”。"
		}
		return Refuse("R23", "“"+short(m.Title)+"”的预通知已经发出，"+what+"不能直接改。"+next+"不开了请发“取消会议 原因:”。")
	}
	return m.closedFor(what)
}

// preparing is drafting for what may still be added after the notice.
func (m *Meeting) preparing(who PersonID, what string) error {
	if err := m.mayPrepare(who); err != nil {
		return err
	}
	if m.Status == Planned || m.Status == Noticed {
		return nil
	}
	return m.closedFor(what)
}

func (m *Meeting) closedFor(what string) error {
	next := map[MeetingStatus]string{
		Live: "会上的内容请用“讨论”“结论”“待办”来记。", Adjourned: "复会后请用“讨论”“结论”“待办”来记。",
		Over: "现在请整理纪要。", Tracking: "现在请跟进待办。",
	}[m.Status]
	return Refuse("R1", "“"+short(m.Title)+"”"+string(m.Status)+"，"+what+"不能再改。"+cmp.Or(next, "要再开请发“新建会议 "+short(m.Title)+" 照:上次会议”。"))
}

// SetTime sets the planned start and end, either of which may be zero to keep
// what is there: with a new start the length stays (R7).
func (m *Meeting) SetTime(b Serials, by PersonID, start, end time.Time) error {
	if err := m.drafting(by, "时间"); err != nil {
		return err
	}
	if start.IsZero() {
		start = m.Start
	}
	if end.IsZero() && !m.End.IsZero() {
		end = start.Add(m.End.Sub(m.Start))
	}
	before := auditSpan(m.Start, m.End)
	if err := m.setTime(b, start, end); err != nil {
		return err
	}
	m.note("会议时间", by, before, auditSpan(m.Start, m.End), "")
	return nil
}

func (m *Meeting) setTime(b Serials, start, end time.Time) error {
	if !end.IsZero() && !end.After(start) {
		return &Refusal{Rule: "R7", Gaps: []Gap{{Field: "时间", Rule: "R7", Say: "结束要在开始之后。请写起止，如“8月12日14:00—15:30”。"}}}
	}
	if m.Urgent && m.NoticedAt.IsZero() && start != m.Start {
		m.Urgent, m.Waivers = false, withoutWaiver(m.Waivers, "R12") // said of the other date
	}
	m.Start, m.End = start, end
	return m.drawNumber(b)
}

// drawNumber gives the meeting its number when its start is first known; it keeps it
// when the meeting moves (R63, R66).
func (m *Meeting) drawNumber(b Serials) error {
	if m.No != "" || m.Start.IsZero() {
		return nil
	}
	day := m.Start.In(workday.Zone).Format("20060102")
	n, err := b.Serial("meeting/" + day)
	if err != nil {
		return fmt.Errorf("number of a meeting on %s: %w", day, err)
	}
	m.Serial = fmt.Sprintf("%s-%02d", day, n)
	m.No = shortDepartment(m.Department) + "-" + m.Serial
	return nil
}

// shortDepartment is a department in a number: 产品部 is 产品.
func shortDepartment(name string) string {
	name = strings.Join(strings.Fields(name), "")
	if short, ok := strings.CutSuffix(name, "部"); ok && utf8.RuneCountInString(name) > 2 {
		return short
	}
	return cmp.Or(name, "会议")
}

// SetPlace sets the room or link (R7). After the notice everybody is told of it
// by whoever calls.
func (m *Meeting) SetPlace(by PersonID, place string, form Form) error {
	if err := m.preparing(by, "地点"); err != nil {
		return err
	}
	place = strings.Join(strings.Fields(place), " ")
	switch n := utf8.RuneCountInString(place); {
	case place == "" && form == "":
		return &Refusal{Rule: "R7", Gaps: []Gap{{Field: "地点", Rule: "R7", Say: "在哪里开？请写会议室，或线上会议的链接。"}}}
	case n > placeLimit:
		return &Refusal{Rule: "R7", Gaps: []Gap{{Field: "地点", Rule: "R7", Say: fmt.Sprintf("地点最多%d字，现在有%d字。请写短一些。", placeLimit, n)}}}
	}
	before := m.Place + " " + string(m.Form)
	m.setPlace(cmp.Or(place, m.Place), form)
	m.note("地点", by, strings.TrimSpace(before), m.Place+" "+string(m.Form), "")
	return nil
}

func (m *Meeting) setPlace(place string, form Form) {
	m.Place = strings.Join(strings.Fields(place), " ")
	m.Form = cmp.Or(form, formOf(m.Place))
}

// formOf tells by the words for a place how people meet.
func formOf(place string) Form {
	online := hasAny(strings.ToLower(place), "线上", "http", "腾讯会议", "飞书会议", "钉钉会议", "视频", "zoom", "teams", "会议号")
	room := hasAny(strings.NewReplacer("腾讯会议", "", "飞书会议", "", "钉钉会议", "", "会议号", "").Replace(place), "室", "楼", "厅", "现场", "线下")
	switch {
	case online && room:
		return Hybrid
	case online:
		return Online
	}
	return OnSite
}

func hasAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// Rename gives a draft another title.
func (m *Meeting) Rename(by PersonID, title string) error {
	if err := m.drafting(by, "名称"); err != nil {
		return err
	}
	title, err := meetingTitle(title)
	if err != nil {
		return err
	}
	before := m.Title
	m.Title = title
	m.note("会议名称", by, before, title, "")
	return nil
}

// SetDepartment names the department that convenes the meeting, where the
// directory does not know it (R1).
func (m *Meeting) SetDepartment(by PersonID, name string) error {
	if err := m.drafting(by, "发起部门"); err != nil {
		return err
	}
	before := m.Department
	m.Department = strings.Join(strings.Fields(name), " ")
	if m.Department == "" {
		return &Refusal{Rule: "R1", Gaps: []Gap{{Field: "发起部门", Rule: "R1", Say: "由哪个部门发起？"}}}
	}
	m.note("发起部门", by, before, m.Department, "")
	return nil
}

func auditSpan(start, end time.Time) string {
	if start.IsZero() {
		return ""
	}
	say := start.In(workday.Zone).Format("2006-01-02 15:04")
	if !end.IsZero() {
		say += "—" + end.In(workday.Zone).Format("15:04")
	}
	return say
}

// ErrNoPrevious says that there is no meeting to copy from.
var ErrNoPrevious = errors.New("no previous meeting")

// Previous finds the meeting that 照上次 means: the last one of that title, else
// the last one of the group, else the last one that the person convened.
// ErrNoPrevious if there is none.
func Previous(b Meetings, by PersonID, title, chat string) (*Meeting, error) {
	mine, err := b.FindMeetings(MeetingQuery{Involves: by})
	if err != nil {
		return nil, fmt.Errorf("meetings of person %d: %w", by, err)
	}
	var here []*Meeting
	if chat != "" {
		if here, err = b.FindMeetings(MeetingQuery{Chat: chat}); err != nil {
			return nil, fmt.Errorf("meetings of %s: %w", chat, err)
		}
	}
	title = strings.TrimSpace(title)
	for _, fits := range []func(*Meeting) bool{
		func(m *Meeting) bool { return title != "" && m.Title == title },
		func(m *Meeting) bool { return chat != "" && m.Meets(chat) },
		func(m *Meeting) bool { return chat == "" && m.Initiator == by },
	} {
		if last := lastOf(append(here, mine...), fits); last != nil {
			return last, nil
		}
	}
	return nil, ErrNoPrevious
}

// lastOf is the meeting that was planned last of those that fit.
func lastOf(all []*Meeting, fits func(*Meeting) bool) *Meeting {
	var last *Meeting
	for _, m := range all {
		if m.Status != CalledOff && fits(m) && (last == nil || m.CreatedAt.After(last.CreatedAt)) {
			last = m
		}
	}
	return last
}

// copyFrom takes people, tiers, roles and place from another meeting; answers,
// topics and material are of that one.
func (m *Meeting) copyFrom(like *Meeting) {
	m.Previous = like.ID
	m.Place, m.Form = like.Place, like.Form
	m.Host, m.Recorder, m.Timekeeper = like.Host, like.Recorder, like.Timekeeper
	m.CC = append([]PersonID(nil), like.CC...)
	m.NeedToKnow = append([]string(nil), like.NeedToKnow...)
	for _, p := range like.Participants {
		m.Participants = append(m.Participants, Participant{Person: p.Person, Department: p.Department, Tier: p.Tier, Observer: p.Observer})
	}
}
