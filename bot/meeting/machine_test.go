package meeting_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

// now is when the verbs of these tables are said.
const now = "08-14 10:00"

// A situation is a state of section 3.2, or one with something waiting in it.
var situations = []struct { //nolint:gochecknoglobals // a table
	name string
	make func(testing.TB) *meeting.Task
}{
	{"待确认", func(t testing.TB) *meeting.Task { return assigned(t, handOut(t)) }},
	{"异议", func(t testing.TB) *meeting.Task {
		task := assigned(t, handOut(t))
		must(t, task.Object(owner, meeting.Proposal{Kind: meeting.Decline, Reason: "这周在外场"}, at(t, "08-12 15:00")))
		return task
	}},
	{"未开始", func(t testing.TB) *meeting.Task { return confirmed(t, handOut(t)) }},
	{"进行中", begun},
	{"受阻", func(t testing.TB) *meeting.Task {
		task := begun(t)
		must(t, task.Block(owner, "等测试环境", support, "腾一台机器", at(t, "08-13 11:00")))
		return task
	}},
	{"待验收", func(t testing.TB) *meeting.Task {
		task := begun(t)
		must(t, task.Finish(owner, meeting.Evidence{Text: "在共享盘"}, at(t, "08-13 16:00")))
		return task
	}},
	{"转交中", func(t testing.TB) *meeting.Task {
		task := begun(t)
		must(t, task.HandOver(owner, next, "调去外场", at(t, "08-13 16:00")))
		return task
	}},
	{"延期中", func(t testing.TB) *meeting.Task {
		task := begun(t)
		must(t, task.AskExtension(newBook(), request(t, "08-21 17:00"), owner, at(t, "08-13 16:00")))
		return task
	}},
	{"已完成", func(t testing.TB) *meeting.Task {
		task := begun(t)
		must(t, task.Finish(owner, meeting.Evidence{Text: "在共享盘"}, at(t, "08-13 16:00")))
		must(t, task.Accept(acceptor, 0, at(t, "08-13 17:00"), calendar(t)))
		return task
	}},
	{"已取消", func(t testing.TB) *meeting.Task {
		task := begun(t)
		must(t, task.Cancel(host, "需求没了", at(t, "08-13 16:00")))
		return task
	}},
}

func begun(t testing.TB) *meeting.Task {
	task := confirmed(t, handOut(t))
	must(t, task.Report(owner, new(30), "提纲好了", at(t, "08-13 10:00")))
	return task
}

func request(t testing.TB, due string) meeting.Extension {
	return meeting.Extension{NewDue: at(t, due), Reason: "评审专家出差", Impact: "联调晚一周", Done: "已写70%", Remedy: "先发未评审版"}
}

// The verbs, said by who they belong to and with all they need; who is asked
// to be somebody else in the tests of rights.
var verbs = []struct { //nolint:gochecknoglobals // a table
	name   string
	who    []meeting.PersonID
	do     func(testing.TB, *meeting.Task, meeting.PersonID, time.Time) error
	leads  string // the status after each situation, in order; - is refused
	rights string // the situation in which rights are tried
}{
	{"确认", ids(owner), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.ConfirmBy(who, 0, now)
	}, "未开始 未开始 - - - - - - - -", "待确认"},
	{"接手", ids(next), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.ConfirmBy(who, 0, now)
	}, "- - - - - - 进行中 - - -", "转交中"},
	{"异议", ids(owner), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.Object(who, meeting.Proposal{Kind: meeting.Decline, Reason: "不归我管"}, now)
	}, "待确认 待确认 - - - - - - - -", "待确认"},
	{"答复异议", ids(host), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.AnswerProposal(who, false, time.Time{}, meeting.Nobody, "只有您熟悉", now)
	}, "- 待确认 - - - - - - - -", "异议"},
	{"代定", ids(host), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.DecideForOwner(who, now)
	}, "未开始 - - - - - - - - -", "待确认"},
	{"进度", ids(owner), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.Report(who, new(60), "缺接口文档", now)
	}, "- - 进行中 进行中 受阻 - 进行中 进行中 - -", "进行中"},
	{"留言", ids(owner, helper, copied), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.Report(who, nil, "接口文档已发", now)
	}, "- - 进行中 进行中 受阻 - 进行中 进行中 - -", "进行中"},
	{"受阻", ids(owner), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		needs := support
		if who == support {
			needs = helper
		}
		return k.Block(who, "等采购", needs, "", now)
	}, "- - 受阻 受阻 - - 受阻 受阻 - -", "进行中"},
	{"解除受阻", ids(owner, support), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.Unblock(who, "机器到了", now)
	}, "- - - - 进行中 - - - - -", "受阻"},
	{"延期", ids(owner), func(t testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.AskExtension(newBook(), request(t, "08-25 17:00"), who, now)
	}, "- - 未开始 进行中 受阻 - 进行中 - - -", "进行中"},
	{"审批", ids(host), func(t testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.AnswerExtension(who, meeting.Agree, time.Time{}, "", now, calendar(t))
	}, "- - - - - - - 进行中 - -", "延期中"},
	{"主持人转交", ids(host), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.HandOver(who, support, "换个熟手", now)
	}, "待确认 待确认 未开始 进行中 受阻 待验收 进行中 进行中 - -", "待确认"},
	{"责任人转交", ids(owner, host), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.HandOver(who, support, "调去外场", now)
	}, "- - 未开始 进行中 受阻 待验收 进行中 进行中 - -", "进行中"},
	{"催", ids(host, helper, copied, acceptor, decider), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, _ time.Time) error {
		return k.MayNudge(who)
	}, "待确认 待确认 未开始 进行中 受阻 - 进行中 进行中 - -", "进行中"},
	{"完成", ids(owner), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.Finish(who, meeting.Evidence{Files: []meeting.FileRef{{ID: "f1", Name: "文档v1.docx"}}}, now)
	}, "- - 待验收 待验收 待验收 - 待验收 待验收 - -", "受阻"},
	{"撤回", ids(owner), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.Withdraw(who, now)
	}, "- - - - - 进行中 - - - -", "待验收"},
	{"通过", ids(acceptor), func(t testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.Accept(who, 0, now, calendar(t))
	}, "- - - - - 已完成 - - - -", "待验收"},
	{"退回", ids(acceptor), func(t testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.Return(who, "缺签字页", time.Time{}, now, calendar(t))
	}, "- - - - - 进行中 - - - -", "待验收"},
	{"取消待办", ids(host, decider), func(_ testing.TB, k *meeting.Task, who meeting.PersonID, now time.Time) error {
		return k.Cancel(who, "需求没了", now)
	}, "已取消 已取消 已取消 已取消 已取消 已取消 已取消 已取消 - -", "待验收"},
}

func ids(p ...meeting.PersonID) []meeting.PersonID { return p }

// TestTransitions is section 3.2 for a task: what is listed happens, all else
// is refused and leaves the task as it was.
func TestTransitions(t *testing.T) {
	for _, v := range verbs {
		leads := strings.Fields(v.leads)
		for i, s := range situations {
			t.Run(v.name+"/"+s.name, func(t *testing.T) {
				task := s.make(t)
				task.Changes()
				err := v.do(t, task, v.who[0], at(t, now))
				if leads[i] == "-" {
					untouched(t, err, task, s.make(t))
					return
				}
				must(t, err)
				if got := string(task.Status); got != leads[i] {
					t.Errorf("status %s, want %s", got, leads[i])
				}
				if v.name == "催" {
					return
				}
				changes := task.Changes()
				if len(changes) == 0 || changes[0].Who != v.who[0] || changes[0].What == "" {
					t.Errorf("changes %+v, want one by %d (R90)", changes, v.who[0])
				}
			})
		}
	}
}

// TestRights tries each verb with everybody: only those whose verb it is get
// through, whoever taps a forwarded card.
func TestRights(t *testing.T) {
	for _, v := range verbs {
		for _, s := range situations {
			if s.name != v.rights {
				continue
			}
			for who := host; who <= gone; who++ {
				may := false
				for _, p := range v.who {
					may = may || p == who
				}
				task := s.make(t)
				task.Changes()
				err := v.do(t, task, who, at(t, now))
				if may != (err == nil) {
					t.Errorf("%s by person %d while %s: %v, want allowed=%t", v.name, who, s.name, err, may)
				}
				if err != nil {
					untouched(t, err, task, s.make(t))
				}
			}
		}
	}
}

// untouched wants a refusal that says which task it is about and changed
// nothing.
func untouched(t *testing.T, err error, task, fresh *meeting.Task) {
	t.Helper()
	if err == nil {
		t.Fatal("allowed, want a refusal")
	}
	r, ok := errors.AsType[*meeting.Refusal](err)
	if !ok {
		t.Fatalf("got %v, want a refusal", err)
	}
	kind(t, r.Error())
	if !strings.HasPrefix(r.Say, "“完成A方案技术文档”") || !strings.HasSuffix(r.Say, "（T-20260812-00-01）") {
		t.Errorf("want the thing first and the number last: %q", r.Say)
	}
	fresh.Changes()
	if diff := cmp.Diff(fresh, task, cmp.AllowUnexported(meeting.Task{})); diff != "" {
		t.Errorf("a refusal changed the task (-before +after):\n%s", diff)
	}
}
