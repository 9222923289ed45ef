package command

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/paper"
	"huiban/bot/workday"
)

// finalMark stands beside the title of a 终稿.
const finalMark = "【终稿 v1.0】"

func draftMark(x *meeting.Minutes) string { return "【初稿 " + x.Edition() + " 待审核】" }

func issuedMark(x *meeting.Minutes) string { return "【初稿 " + x.Edition() + "】" }

// writeMinutes is the paper of minutes for a reader (4.3): of sealed ones exactly
// what was sealed, of issued ones the edition that went out, and a draft as it
// stands for those who work on it.
func writeMinutes(t *bot.Turn, id int64) (paper.Doc, error) {
	x, err := t.Book.Minutes(meeting.MinutesID(id))
	if err != nil {
		return paper.Doc{}, err
	}
	m, err := t.Book.Meeting(x.Meeting)
	if err != nil {
		return paper.Doc{}, err
	}
	if !reads(x, m, t.Who) {
		return paper.Doc{}, meeting.Refuse("R18", "这份纪要只有分发到的人能看；审核通过前只有主持人和记录人能看。")
	}
	switch {
	case x.State == meeting.Final:
		return finalDoc(t, x)
	case !x.IssuedAt.IsZero() && !writes(x, t.Who) && len(x.Editions) > 0:
		return readDoc(x.Editions[len(x.Editions)-1].Text), nil
	}
	mark := "【初稿 " + x.Edition() + " " + string(x.State) + "】"
	return docOf(t, x, m, mark)
}

// textOf is the paper as plain text with the people named: what a version keeps
// and what a seal is made of. It is the same for the same minutes for ever.
func textOf(t *bot.Turn, x *meeting.Minutes, m *meeting.Meeting, mark string) (string, error) {
	d, err := docOf(t, x, m, mark)
	if err != nil {
		return "", err
	}
	people := map[string]bot.Shown{}
	for _, text := range d.Texts() {
		for _, token := range tokens.FindAllString(text, -1) {
			if _, done := people[token]; done {
				continue
			}
			name, err := nameOf(t, token)
			if err != nil {
				return "", err
			}
			people[token] = bot.Shown{Name: name}
		}
	}
	return d.Map(func(s string) string { return bot.Named(s, people) }).Text(), nil
}

// tokens are people as they stand in text.
var tokens = regexp.MustCompile(`@\{p\d{1,18}\}`)

// nameOf is a person's name, with the department where two have it (R36).
func nameOf(t *bot.Turn, token string) (string, error) {
	var id int64
	if _, err := fmt.Sscanf(token, "@{p%d}", &id); err != nil {
		return token, nil //nolint:nilerr // no person of ours
	}
	p, err := t.Book.Person(meeting.PersonID(id))
	if err != nil {
		return "", fmt.Errorf("person %d: %w", id, err)
	}
	same, err := t.Book.Named(p.Name)
	if err != nil {
		return "", err
	}
	if len(same) > 1 {
		return p.Label(), nil
	}
	return p.Name, nil
}

// docOf writes the paper as things stand, with what is beside the title.
func docOf(t *bot.Turn, x *meeting.Minutes, m *meeting.Meeting, mark string) (paper.Doc, error) {
	if x.Erratum != nil {
		return erratumDoc(t, x, m)
	}
	tasks, err := t.Book.FindTasks(meeting.TaskQuery{Meeting: m.ID})
	if err != nil {
		return paper.Doc{}, fmt.Errorf("tasks of meeting %d: %w", m.ID, err)
	}
	w := minutesWriter{t: t, x: x, m: m, tasks: tasks}
	w.doc = paper.Doc{
		Title: paperTitle(m), Mark: mark,
		Head: []string{"纪要编号：" + x.No, "阅读范围：仅参会人、需知晓部门和抄送人"},
	}
	if err := w.facts(); err != nil {
		return paper.Doc{}, err
	}
	w.discussion()
	w.resolutions()
	if err := w.list(); err != nil {
		return paper.Doc{}, err
	}
	w.rest()
	w.sign(mark)
	return w.doc.Map(plainText), nil
}

// plainText keeps what people typed on one line, and its strokes from looking
// like the columns of a table.
func plainText(s string) string { return strings.ReplaceAll(line(s), "|", "｜") }

func paperTitle(m *meeting.Meeting) string {
	name := line(m.Title)
	if strings.HasSuffix(name, "会议") {
		return name + "纪要"
	}
	return name + "会议纪要"
}

// A minutesWriter writes the paper of minutes part by part.
type minutesWriter struct {
	t     *bot.Turn
	x     *meeting.Minutes
	m     *meeting.Meeting
	tasks []*meeting.Task
	doc   paper.Doc
}

// facts are part one: what the meeting was. Nothing about persons but who was
// there and who was excused (Q10).
func (w *minutesWriter) facts() error {
	m := w.m
	w.doc.Heading(1, "一、会议基本信息")
	var rows [][]string
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, []string{label, value})
		}
	}
	began := m.ActualStart
	if began.IsZero() {
		began = m.Start
	}
	add("会议时间", fullMoment(began)+"—"+clock(m.Ended)+"（实际）")
	add("会议地点", strings.Trim(line(m.Place)+"，"+string(m.Form), "，"))
	for _, role := range []struct {
		label string
		who   meeting.PersonID
	}{{"主持人", m.Host}, {"记录人", m.Recorder}} {
		say, err := w.named(role.who)
		if err != nil {
			return err
		}
		add(role.label, say)
	}
	keeper := "会办"
	if m.Timekeeper != meeting.Nobody {
		keeper = m.Timekeeper.Token()
	}
	add("时间管理员", keeper)
	for _, group := range []struct {
		label string
		in    func(meeting.Participant) bool
	}{{"出席", attends}, {"列席", observes}, {"请假", excused}} {
		say, err := w.present(group.in)
		if err != nil {
			return err
		}
		add(group.label, say)
	}
	var proxies []string
	for _, p := range m.Participants {
		if p.RSVP == meeting.ByProxy && p.Proxy != meeting.Nobody {
			proxies = append(proxies, p.Proxy.Token()+"代"+p.Person.Token())
		}
	}
	add("代参会", strings.Join(proxies, "、"))
	for i, g := range m.Goals {
		reached := "未写明"
		if i < len(w.x.Reached) && w.x.Reached[i] != "" {
			reached = w.x.Reached[i]
		}
		add(fmt.Sprintf("会议目标%d", i+1), line(g)+"——"+reached)
	}
	w.doc.Grid([]string{"项目", "内容"}, rows)
	return nil
}

func attends(p meeting.Participant) bool {
	return !p.Observer && p.RSVP != meeting.Absent && p.RSVP != meeting.ByProxy && p.Attended != meeting.Missing
}

func observes(p meeting.Participant) bool {
	return p.Observer && p.RSVP != meeting.Absent && p.Attended != meeting.Missing
}

func excused(p meeting.Participant) bool { return p.RSVP == meeting.Absent }

// present lists those for whom in holds: 研发部 许哲（执行层）.
func (w *minutesWriter) present(in func(meeting.Participant) bool) (string, error) {
	var out []string
	for _, p := range w.m.Participants {
		if !in(p) {
			continue
		}
		say := p.Person.Token()
		if !excused(p) {
			department := p.Department
			if department == "" {
				person, err := w.t.Book.Person(p.Person)
				if err != nil {
					return "", err
				}
				department = person.Department
			}
			say = strings.TrimSpace(department + " " + say)
			if p.Tier != "" {
				say += "（" + string(p.Tier) + "）"
			}
		}
		out = append(out, say)
	}
	return strings.Join(out, "、"), nil
}

// named is a person with the department: 产品部 周敏.
func (w *minutesWriter) named(p meeting.PersonID) (string, error) {
	if p == meeting.Nobody {
		return "", nil
	}
	person, err := w.t.Book.Person(p)
	if err != nil {
		return "", fmt.Errorf("person %d: %w", p, err)
	}
	return strings.TrimSpace(person.Department + " " + p.Token()), nil
}

// discussion is part two: topic by topic what was said, decided and left open.
func (w *minutesWriter) discussion() {
	w.doc.Heading(1, "二、各议题讨论要点")
	if w.none(meeting.Discussion) {
		w.doc.Para("无")
	}
	seqs := []int{}
	for _, topic := range w.m.Topics {
		seqs = append(seqs, topic.Seq)
	}
	for _, seq := range append(seqs, 0) {
		lines := w.linesOf(seq)
		if topic := w.m.Topic(seq); topic != nil {
			w.doc.Heading(2, fmt.Sprintf("议题%d %s%s", seq, line(topic.Title), spent(topic)))
		} else if len(lines) > 0 {
			w.doc.Heading(2, "其他")
		}
		for _, l := range lines {
			w.doc.Para(l)
		}
	}
}

// spent is how long a topic took and was to take (R29).
func spent(topic *meeting.Topic) string {
	if topic.Minutes == 0 {
		return ""
	}
	return fmt.Sprintf("（用时%d分/计划%d分）", int(topic.Used.Round(time.Minute).Minutes()), topic.Minutes)
}

// none reports whether a part states that it has nothing.
func (w *minutesWriter) none(s meeting.Section) bool { return slices.Contains(w.x.Stated, string(s)) }

// linesOf are the lines of a topic as they stand on the paper.
func (w *minutesWriter) linesOf(seq int) []string {
	var out []string
	for i, l := range w.x.Lines {
		if l.Section == meeting.OtherWork || l.Topic != seq {
			continue
		}
		out = append(out, spokenLine(w.x, i))
	}
	return out
}

// resolutions is part three, made of the conclusions of part two.
func (w *minutesWriter) resolutions() {
	w.doc.Heading(1, "三、决议事项")
	var rows [][]string
	for i, l := range w.x.Lines {
		if l.Section != meeting.Resolutions || l.Kind != meeting.Conclusion {
			continue
		}
		verdict, lead := w.decision(l)
		rows = append(rows, []string{
			fmt.Sprint(len(rows) + 1), line(l.Text), dash(verdict), w.basis(i), dash(lead), dash(w.related(l.Topic)),
		})
	}
	w.doc.Grid([]string{"序号", "决议内容", "类型", "依据", "牵头部门", "关联任务"}, rows)
	if len(rows) == 0 {
		w.doc.Para("无")
	}
}

// decision is the kind and the leading department that the record has (R32).
func (w *minutesWriter) decision(l meeting.Line) (verdict, lead string) {
	for _, e := range w.m.Entries {
		if e.ID == l.Entry && l.Entry != 0 {
			return string(e.Verdict), e.Lead
		}
	}
	return "", ""
}

// basis are the 依据 behind the conclusion of line i, counted from 0.
func (w *minutesWriter) basis(i int) string {
	var out []string
	for _, l := range w.x.Based(i + 1) {
		out = append(out, line(l.Text))
	}
	if len(out) == 0 {
		return "依据缺失"
	}
	return strings.Join(out, "；")
}

// related are the numbers of a topic's tasks.
func (w *minutesWriter) related(seq int) string {
	var out []string
	for _, k := range w.tasks {
		if k.Topic == seq && seq != 0 && k.Status != meeting.Cancelled {
			out = append(out, k.No)
		}
	}
	return strings.Join(out, "、")
}

// list is part four, the task records themselves (R53).
func (w *minutesWriter) list() error {
	w.doc.Heading(1, "四、待办任务清单")
	return addList(w.t, &w.doc, w.m, w.tasks, w.x)
}

// rest are part five and six: what was put off, and what was read.
func (w *minutesWriter) rest() {
	w.doc.Heading(1, "五、另议事项")
	n := 0
	for _, l := range w.x.Lines {
		if l.Section == meeting.OtherWork {
			n++
			w.doc.Para(fmt.Sprintf("%d. %s", n, line(l.Text)))
		}
	}
	if n == 0 {
		w.doc.Para("无")
	}
	if len(w.m.Materials) == 0 {
		return
	}
	w.doc.Heading(1, "六、附件")
	for i, f := range w.m.Materials {
		w.doc.Para(fmt.Sprintf("%d. %s", i+1, line(f.Title)))
	}
}

// sign is who approved, when it went out and to whom, and what a reader may do.
func (w *minutesWriter) sign(mark string) {
	x := w.x
	if !x.IssuedAt.IsZero() || mark == issuedMark(x) {
		at := x.IssuedAt
		if at.IsZero() {
			at = w.t.Now
		}
		w.doc.Foot = append(w.doc.Foot, "审核："+reviewerOf(x), "分发："+fullMoment(at))
		if len(w.m.CC) > 0 {
			w.doc.Foot = append(w.doc.Foot, "抄送："+names(w.m.CC))
		}
	}
	switch {
	case mark == finalMark:
		w.doc.Foot = append(w.doc.Foot, "以终稿为准，不再单独修改。（如有更正，以勘误或补充纪要发布）")
	case !x.FeedbackUntil.IsZero() || mark == issuedMark(x):
		until := x.FeedbackUntil
		if until.IsZero() { // it goes out this minute
			until = meeting.FeedbackUntil(w.t.Now, w.t.Calendar)
		}
		w.doc.Foot = append(w.doc.Foot, "请于"+fullMoment(until)+"前反馈意见，未回复不视为同意。")
	}
}

// reviewerOf is who reviewed: the deputy for the host, printed as such (R54, Q8).
func reviewerOf(x *meeting.Minutes) string {
	if x.Reviewer != meeting.Nobody && x.Reviewer != x.Host {
		return x.Reviewer.Token() + "代" + x.Host.Token()
	}
	return x.Host.Token()
}

// fullMoment is an instant with its year, the same whenever it is written.
func fullMoment(at time.Time) string {
	return fmt.Sprintf("%d年", at.In(workday.Zone).Year()) + strings.TrimPrefix(meeting.Moment(at, at), fmt.Sprintf("%d年", at.In(workday.Zone).Year()))
}

func dash(s string) string {
	if s = line(s); s == "" {
		return "—"
	}
	return s
}
