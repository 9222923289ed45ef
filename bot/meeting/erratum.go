package meeting

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// suffix is what the number of such a paper has behind that of the minutes (R61, R63).
func (k MinutesKind) suffix() string {
	if k == AnErratum {
		return "勘"
	}
	return "补"
}

// StartErratum makes an erratum, or a supplement, to sealed minutes (R61): a
// paper of its own that any reader may propose and the host approves. What it
// corrects must stand in the sealed text. One that came back to the same person,
// among those there are, is taken up again under its number. Gaps: 原文, 更正, 原因.
func StartErratum(b Serials, of *Minutes, kind MinutesKind, e Erratum, there []*Minutes) (*Minutes, error) {
	e.Was, e.Now, e.Reason = flat(e.Was), flat(e.Now), flat(e.Reason)
	switch {
	case of.Kind != TheMinutes:
		return nil, Refuse("R61", "请对原来的纪要发起，不对"+string(of.Kind)+"再发起。")
	case of.State != Final:
		return nil, Refuse("R61", "还没有发终稿，不用勘误。分发后请发“意见”。")
	case of.Reads(e.By) == nil && e.By != of.Host && e.By != of.Recorder:
		return nil, Refuse("R18", "这份纪要没有分发给您，请找"+of.Host.Token()+"。")
	}
	if gaps := e.gaps(of, kind); len(gaps) > 0 {
		return nil, &Refusal{Rule: "R61", Say: "终稿不改，另发" + string(kind) + "，由主持人批准。", Gaps: gaps}
	}
	for _, x := range there {
		if x.Of == of.ID && x.Kind == kind && x.State == SentBack && x.Recorder == e.By {
			before := x.Erratum.Now
			x.State, x.Erratum = Drafting, &e
			x.Terms++
			x.note(string(kind), e.By, before, e.Now, e.Reason)
			return x, nil
		}
	}
	n, err := b.Serial(of.No + "-" + kind.suffix())
	if err != nil {
		return nil, fmt.Errorf("number of an erratum to %s: %w", of.No, err)
	}
	x := &Minutes{
		Meeting: of.Meeting, No: fmt.Sprintf("%s-%s%d", of.No, kind.suffix(), n), Kind: kind, Of: of.ID,
		State: Drafting, Draft: 1, Terms: 1, Chat: of.Chat,
		Initiator: of.Initiator, Recorder: e.By, Host: of.Host, Reviewer: of.Reviewer, Readers: slices.Clone(of.Readers),
		Erratum: &e,
	}
	for i := range x.Readers {
		x.Readers[i].Receipt, x.Readers[i].At = Unread, time.Time{}
	}
	x.note(string(kind), e.By, e.Was, e.Now, e.Reason)
	return x, nil
}

func (e Erratum) gaps(of *Minutes, kind MinutesKind) []Gap {
	var gaps []Gap
	ask := func(field, say string) { gaps = append(gaps, Gap{Field: field, Rule: "R61", Say: say}) }
	switch {
	case kind != AnErratum:
	case e.Was == "":
		ask("原文", "要更正终稿里的哪几个字？请照原样写。")
	case !strings.Contains(of.Text, e.Was):
		ask("原文", "终稿里没有“"+short(e.Was)+"”。请照终稿的原样写。")
	}
	switch {
	case e.Now == "" && kind == AnErratum:
		ask("更正", "更正为什么？")
	case e.Now == "":
		ask("更正", "要补充什么内容？")
	case e.Now == e.Was:
		ask("更正", "更正和原文一样，请写更正后的内容。")
	}
	if e.Reason == "" {
		ask("原因", "为什么？写一句，会印在上面。")
	}
	return gaps
}

// SubmitErratum puts it before the host (3.2).
func (x *Minutes) SubmitErratum(who PersonID, text string, now time.Time) error {
	if x.State != Drafting || x.Erratum == nil {
		return Refuse("R61", "现在是“"+string(x.State)+"”，不用再提审。")
	}
	x.State, x.SubmittedAt, x.DraftAt = Reviewing, now, now
	x.keep(text, now)
	x.note("提审", who, string(Drafting), string(Reviewing), "")
	return nil
}

// PassErratum issues and seals it at once, to the readers of the minutes: there
// is no feedback to collect, and the 终稿 it belongs to stays as it is (R61).
func (x *Minutes) PassErratum(who PersonID, seen int, text string, now time.Time) error {
	if err := x.MayIssue(who, seen); err != nil {
		return err
	}
	if x.Erratum == nil {
		return Refuse("R54", "这是纪要，要先看分发对象再发。")
	}
	x.IssuedAt = now
	x.seal("批准"+string(x.Kind), who, text, now)
	return nil
}
