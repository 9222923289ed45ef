package meeting_test

import (
	"errors"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

// minutesActs are what may be done to minutes, each by whoever may.
func minutesActs() map[string]func(testing.TB, *meeting.Minutes) error {
	return map[string]func(testing.TB, *meeting.Minutes) error{
		"改": func(_ testing.TB, x *meeting.Minutes) error { return x.Rewrite(recorder, 1, "节点1在10月") },
		"加": func(_ testing.TB, x *meeting.Minutes) error {
			_, err := x.Insert(recorder, meeting.Line{Section: meeting.Discussion, Topic: 1, Kind: meeting.Point, Text: "新的一行"})
			return err
		},
		"删":  func(_ testing.TB, x *meeting.Minutes) error { return x.Delete(recorder, 8) },
		"引用": func(_ testing.TB, x *meeting.Minutes) error { return x.Quote(recorder, 1, owner) },
		"部分": func(_ testing.TB, x *meeting.Minutes) error { return x.SayNone(recorder, meeting.TaskList) },
		"目标": func(_ testing.TB, x *meeting.Minutes) error { return x.Reach(recorder, 1, "达成") },
		"提审": func(t testing.TB, x *meeting.Minutes) error { return submit(t, x, "08-13 09:20") },
		"退回": func(_ testing.TB, x *meeting.Minutes) error { return x.SendBack(host, "再改", 0) },
		"代审": func(_ testing.TB, x *meeting.Minutes) error { return x.Deputise(host, helper) },
		"分发": func(t testing.TB, x *meeting.Minutes) error {
			return x.Issue(host, 0, readers(t), "", at(t, "08-13 10:05"), calendar(t))
		},
		"已阅": func(t testing.TB, x *meeting.Minutes) error { return x.MarkRead(helper, at(t, "08-14 11:00")) },
		"意见": func(t testing.TB, x *meeting.Minutes) error {
			_, err := x.Give(helper, meeting.Item{Proposal: "不对"}, at(t, "08-13 11:30"))
			return err
		},
		"答复意见": func(t testing.TB, x *meeting.Minutes) error {
			return x.Answer(host, 1, meeting.Accepted, "", at(t, "08-14 10:30"))
		},
		"同意发布": func(t testing.TB, x *meeting.Minutes) error { return x.Approve(host, 0, at(t, "08-14 10:40")) },
		"发终稿": func(t testing.TB, x *meeting.Minutes) error {
			return x.Publish(host, 0, "正文", at(t, "08-14 11:00"))
		},
		"提勘误": func(t testing.TB, x *meeting.Minutes) error { return x.SubmitErratum(host, "", at(t, "08-14 11:00")) },
		"批勘误": func(t testing.TB, x *meeting.Minutes) error { return x.PassErratum(host, 0, "", at(t, "08-14 11:00")) },
	}
}

// TestMinutes_EveryTransition holds 3.2: what is listed leads there, and
// everything else is refused and changes nothing: 起草中→待审核→已退回→起草中,
// 待审核→已分发→修订中→终稿, 已分发→终稿.
func TestMinutes_EveryTransition(t *testing.T) {
	edits := []string{"改", "加", "删", "引用", "部分", "目标"}
	to := func(s meeting.MinutesState, acts ...string) map[string]meeting.MinutesState {
		out := map[string]meeting.MinutesState{}
		for _, a := range acts {
			out[a] = s
		}
		return out
	}
	merge := func(all ...map[string]meeting.MinutesState) map[string]meeting.MinutesState {
		out := map[string]meeting.MinutesState{}
		for _, m := range all {
			maps.Copy(out, m)
		}
		return out
	}
	answered := func(t testing.TB) *meeting.Minutes {
		x := revising(t)
		must(t, x.Answer(host, 1, meeting.Accepted, "", at(t, "08-14 10:10")))
		return x
	}
	for _, tt := range []struct {
		name string
		make func(testing.TB) *meeting.Minutes
		may  map[string]meeting.MinutesState
	}{
		{"起草中", func(t testing.TB) *meeting.Minutes { return drafted(t, "08-12 15:40") },
			merge(to(meeting.Drafting, edits...), to(meeting.Drafting, "代审"), to(meeting.Reviewing, "提审"))},
		{"已退回", sentBack, merge(to(meeting.Drafting, edits...), to(meeting.SentBack, "代审"), to(meeting.Reviewing, "提审"))},
		{"待审核", handedIn, merge(to(meeting.Reviewing, "代审"), to(meeting.SentBack, "退回"), to(meeting.Issued, "分发"))},
		{"已分发", issued, merge(to(meeting.Revising, edits...), to(meeting.Issued, "已阅"), to(meeting.Revising, "意见"), to(meeting.Final, "发终稿"))},
		{"修订中", revising, merge(to(meeting.Revising, edits...), to(meeting.Revising, "已阅", "意见", "答复意见"))},
		{"修订中，已答复", answered, merge(to(meeting.Revising, edits...), to(meeting.Revising, "已阅", "意见", "答复意见", "同意发布"), to(meeting.Final, "发终稿"))},
		{"终稿", sealedOne, nil},
	} {
		for act, do := range minutesActs() {
			x := tt.make(t)
			x.Changes()
			was := *x
			want, may := tt.may[act]
			err := do(t, x)
			switch {
			case may && (err != nil || x.State != want):
				t.Errorf("%s, %s: %v, %s, want %s", tt.name, act, err, x.State, want)
			case may && len(x.Changes()) != 1:
				t.Errorf("%s, %s is not audited once", tt.name, act)
			case !may:
				if _, refused := errors.AsType[*meeting.Refusal](err); !refused {
					t.Errorf("%s, %s is not refused: %v", tt.name, act, err)
				}
				if d := cmp.Diff(was, *x, cmp.AllowUnexported(meeting.Minutes{})); d != "" || len(x.Changes()) > 0 {
					t.Errorf("%s, %s was refused and changed: %s", tt.name, act, d)
				}
			}
		}
	}
}

func TestR60_WhatIsSealedSaysSoToEverybody(t *testing.T) {
	for act, do := range minutesActs() {
		if act == "提勘误" {
			continue
		}
		if err := do(t, sealedOne(t)); !errors.Is(err, meeting.ErrSealed) {
			t.Errorf("%s: %v", act, err)
		}
	}
}
