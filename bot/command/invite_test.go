package command

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

const whyAway = "家里有事"

// invitedWorld has a meeting of zhou's on 08-12 14:00, noticed on 08-10 at 09:40,
// with lin to record and gao to decide; sun and wang have no part in it.
func invitedWorld(t *testing.T) (*world, meeting.Ref) {
	t.Helper()
	w := newWorld(t)
	w.clock("08-10 09:40")
	start := deadline(w, "08-12 14:00").At
	m := &meeting.Meeting{
		Chat: string(w.chat), Title: "新品A方案评审会", Initiator: zhou, Host: zhou, Recorder: lin, Place: "3号会议室",
		Start: start, End: start.Add(90 * time.Minute), Status: meeting.Noticed, NoticedAt: w.now,
		Topics: []meeting.Topic{
			{Seq: 1, Title: "A/B方案二选一", Output: meeting.ADecision, Minutes: 30, Needs: []string{"研发部", "市场部"}},
			{Seq: 2, Title: "研发节点", Output: meeting.ATaskList, Minutes: 30, Needs: []string{"生产部", "财务部"}},
		},
		Materials: []meeting.Material{{Title: "用户调研", Focus: "看第3页的偏好"}},
	}
	for _, p := range []meeting.PersonID{zhou, lin, gao, xu, zhao, ma} {
		w.do(func(tx bot.Tx) error {
			who, err := tx.Person(p)
			one := meeting.Participant{Person: p, Department: who.Department, Tier: meeting.Doer}
			if p == gao {
				one.Tier = meeting.Decider
			}
			m.Participants = append(m.Participants, one)
			return err
		})
	}
	w.do(func(tx bot.Tx) error { return tx.SaveMeeting(m) })
	return w, m.Ref()
}

func (w *world) meeting(of meeting.Ref) *meeting.Meeting {
	w.Helper()
	var m *meeting.Meeting
	w.do(func(tx bot.Tx) (err error) { m, err = tx.Meeting(meeting.MeetingID(of.ID)); return err })
	return m
}

// invitedSituations are the states that the cards of an invitation have to show.
func invitedSituations() []situation {
	return []situation{
		{"刚通知", func(*world) {}},
		{"有人请假和代参会", func(w *world) {
			w.must(gao, on(stayAway, stayAwayArgs{Reason: whyAway}))
			w.must(zhao, on(sendProxy, proxyArgs{Proxy: chen}))
			w.must(ma, on(willAttend, attendArgs{}))
		}},
		{"意见齐一半", func(w *world) {
			w.must(xu, on(opine, opineArgs{Text: "1 接口没定", Resources: "2个人"}))
			w.must(ma, on(opine, opineArgs{Text: "无意见"}))
			w.clock("08-11 15:00")
		}},
		{"清单发了", func(w *world) {
			w.must(xu, on(opine, opineArgs{Text: "1 接口没定"}))
			w.clock("08-11 15:00")
			w.must(lin, on(issueList, issueListArgs{Sure: true}))
			w.clock("08-12 13:30")
		}},
		{"要改期", func(w *world) {
			w.must(zhou, on(reschedule, rescheduleArgs{When: deadline(w, "08-14 10:00"), Reason: "高总出差"}))
		}},
		{"已改期", func(w *world) {
			w.must(zhou, on(reschedule, rescheduleArgs{When: deadline(w, "08-14 10:00"), Reason: "高总出差"}))
			w.must(zhou, on(reschedule, rescheduleArgs{Sure: true}))
		}},
		{"要取消", func(w *world) { w.must(zhou, on(cancelMeeting, cancelMeetingArgs{Reason: "客户改了需求"})) }},
		{"已取消", func(w *world) {
			w.must(zhou, on(cancelMeeting, cancelMeetingArgs{Reason: "客户改了需求"}))
			w.must(zhou, on(cancelMeeting, cancelMeetingArgs{Sure: true}))
		}},
	}
}

// TestInvitingFaces_Golden shows each face in each state to whom it differs, and
// holds what every card keeps: short, with buttons that run, and no reason of
// somebody's leave but for the hosts (R14, Q10).
func TestInvitingFaces_Golden(t *testing.T) {
	all := All()
	for _, def := range invitingFaces() {
		if def.Name == "meetings" {
			continue
		}
		var b strings.Builder
		for _, s := range invitedSituations() {
			w, of := invitedWorld(t)
			s.make(w)
			shown := map[string]bool{}
			for _, who := range []meeting.PersonID{meeting.Nobody, zhou, lin, gao, xu, zhao, chen, wang} {
				d, err := w.drawOf(bot.Face{Name: def.Name, Of: of, For: who})
				if err != nil {
					t.Fatalf("%s, %s, viewer %d: %v", def.Name, s.name, who, err)
				}
				where := fmt.Sprintf("%s, face %s, viewer %d", s.name, def.Name, who)
				checkInvitingCard(t, where, d.Card, all)
				if text := d.Card.Text(); strings.Contains(text, whyAway) && who != zhou {
					t.Errorf("%s: a reason is shown", where)
				} else if !shown[text] {
					shown[text] = true
					fmt.Fprintf(&b, "== %s，给%s（%s）\n%s\n\n", s.name, viewerName(who), d.Card.Tone, withNames(text))
				}
			}
		}
		bottest.Golden(t, filepath.Join("testdata", "faces", "invite_"+def.Name+".txt"), b.String())
	}
}

func checkInvitingCard(t *testing.T, where string, c card.Card, all []bot.Command) {
	t.Helper()
	checkShort(t, where, c)
	for _, b := range c.Buttons {
		if (b.Do.Seen != 0) != (b.Label == "发出" && b.ID != "发预讨论清单") {
			t.Errorf("%s: 〔%s〕 carries version %d", where, b.Label, b.Do.Seen)
		}
	}
	for i := range c.Buttons {
		c.Buttons[i].Do.Seen = 0
	}
	checkButtons(t, where, c, all)
	checkMarks(t, where, c)
}

// TestR14_ReasonIsInNoPostAndGoesFromTheCard: the host's card draws it, so that
// it is gone when it is erased.
func TestR14_ReasonIsInNoPostAndGoesFromTheCard(t *testing.T) {
	w, of := invitedWorld(t)
	r := w.must(xu, on(stayAway, stayAwayArgs{Reason: whyAway}))
	if strings.Contains(fmt.Sprint(r), whyAway) {
		t.Errorf("the reply keeps the reason: %+v", r)
	}
	if got := told(r); got != "周敏 [answers]" {
		t.Errorf("told: %s", got)
	}
	m := w.meeting(of)
	m.EraseReasons()
	w.do(func(tx bot.Tx) error { return tx.SaveMeeting(m) })
	d, err := w.drawOf(bot.Face{Name: "answers", Of: of, For: zhou})
	if err != nil || strings.Contains(d.Card.Text(), whyAway) {
		t.Errorf("%v\n%s", err, d.Card.Text())
	}
}

func TestR14_ProxyIsToldAndWarnedOf(t *testing.T) {
	w, of := invitedWorld(t)
	r := w.must(xu, on(sendProxy, proxyArgs{Proxy: chen})) // of the same department
	if got := told(r); got != "陈立 [invited]\n周敏 [answers]" || strings.Contains(r.Toast, "提醒") {
		t.Errorf("%s\n%s", r.Toast, got)
	}
	r = w.must(xu, on(sendProxy, proxyArgs{Proxy: wang}))
	if got := withNames(r.Toast); !strings.Contains(got, "提醒：王静是质量部的") {
		t.Error(got)
	}
	if got := told(r); !strings.HasPrefix(got, "陈立 新品A方案评审会不用您代许哲参会了。\n王静 [invited]") {
		t.Error(got)
	}
	if m := w.meeting(of); m.Involves(chen) || !m.Involves(wang) {
		t.Error("who reads")
	}
	if _, err := w.turn(zhao, on(sendProxy, proxyArgs{Proxy: xu, Note: "明天交报告"})); err == nil {
		t.Error("我让…交报告 is taken for a proxy")
	}
}

func TestQ10_NamesOfWhoIsSilentAreForTheHosts(t *testing.T) {
	w, _ := invitedWorld(t)
	for _, who := range []meeting.PersonID{zhou, lin} {
		if r := w.must(who, on(answers, attendArgs{})); len(r.Posts) != 1 || r.Posts[0].Face.Name != "answers" || r.Posts[0].To.Person != who {
			t.Errorf("person %d in the group: %+v", who, r)
		}
	}
	r := w.must(xu, on(answers, attendArgs{}))
	if !strings.Contains(r.Toast, "已回复0/6") || strings.Contains(r.Toast, "@{") {
		t.Errorf("others: %s", r.Toast)
	}
	var no *meeting.Refusal
	for name, ask := range map[string]func(*bot.Turn) (bot.Reply, error){
		"回执": on(answers, attendArgs{}), "发预讨论清单": on(issueList, issueListArgs{}),
	} {
		if _, err := w.turn(wang, ask); !errors.As(err, &no) || no.Rule != "R18" {
			t.Errorf("a stranger asks %s: %v", name, err)
		}
	}
}

func TestR18_MyMeetingsAreMine(t *testing.T) {
	w, _ := invitedWorld(t)
	w.chat = ""
	if r := w.must(wang, on(myMeetings, noArgs{})); r.Face.Name != "" || !strings.Contains(r.Text, "没有会议") {
		t.Errorf("a stranger: %+v", r)
	}
	if _, err := w.drawOf(bot.Face{Name: "meetings", Of: wang.Ref(), For: wang}); !errors.Is(err, bot.ErrNothing) {
		t.Errorf("a stranger's list: %v", err)
	}
	w.must(zhao, on(sendProxy, proxyArgs{Proxy: chen}))
	var b strings.Builder
	for _, who := range []meeting.PersonID{zhou, lin, gao, xu, zhao, chen} {
		d, err := w.drawOf(bot.Face{Name: "meetings", Of: who.Ref(), For: who})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "== 给%s\n%s\n\n", viewerName(who), withNames(d.Card.Text()))
	}
	bottest.Golden(t, filepath.Join("testdata", "faces", "invite_meetings.txt"), b.String())
	w.clock("08-12 09:00")
	if r := w.must(wang, on(todaysMeetings, noArgs{})); !strings.Contains(r.Text, "没有会") {
		t.Errorf("a stranger today: %s", r.Text)
	}
	w.chat = "fake:g1"
	if r := w.must(xu, on(todaysMeetings, noArgs{})); !strings.Contains(r.Text, "14:00—15:30 新品A方案评审会，3号会议室，已回复1/6") {
		t.Errorf("in its group: %+v", r)
	}
	w.chat = "fake:g2"
	if r := w.must(xu, on(todaysMeetings, noArgs{})); r.Text != "" || len(r.Posts) != 1 || r.Posts[0].To.Person != xu {
		t.Errorf("in another group: %+v", r)
	}
}

// TestM6_EverybodyHearsAtOnce: also the group and who need not come instead any
// more; on the meeting's own day the night is no reason to wait (R90).
func TestM6_EverybodyHearsAtOnce(t *testing.T) {
	w, _ := invitedWorld(t)
	w.must(zhao, on(sendProxy, proxyArgs{Proxy: chen}))
	if r := w.must(zhou, on(cancelMeeting, cancelMeetingArgs{Reason: "客户改了需求"})); len(r.Posts) != 1 || r.Posts[0].Face.Name != "change" {
		t.Errorf("the preview: %+v", r)
	}
	w.clock("08-11 21:30")
	r := w.must(zhou, on(cancelMeeting, cancelMeetingArgs{Sure: true}))
	people := map[meeting.PersonID]bool{}
	for _, p := range r.Posts {
		people[p.To.Person] = true
		if p.Face.Name != "changed" || p.Class != bot.ClassPrompt {
			t.Errorf("post %+v", p)
		}
	}
	for _, p := range []meeting.PersonID{lin, gao, xu, zhao, ma, chen, meeting.Nobody} {
		if !people[p] {
			t.Errorf("person %d does not hear", p)
		}
	}
}

func TestOpine_NumberOfTheTopic(t *testing.T) {
	for typed, want := range map[string]string{
		"2 接口没定": "2 接口没定", "议题2：接口没定": "2 接口没定", "第二个议题，接口没定": "2 接口没定", "1": "1 ",
		"2个人不够": "0 2个人不够", "70%用户偏好A": "0 70%用户偏好A", "接口没定": "0 接口没定", "2 70%用户偏好A": "2 70%用户偏好A",
	} {
		a := opineArgs{Text: typed}.topicOf()
		n := 0
		if a.Topic != nil {
			n = *a.Topic
		}
		if got := fmt.Sprintf("%d %s", n, a.Text); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}
