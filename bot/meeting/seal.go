package meeting

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// FinalLimit is until when the 终稿 is due: two hours after the window, or after
// the last answer if every reader answered before (R59). Zero before the issue.
func (x *Minutes) FinalLimit() time.Time {
	if !x.FinalDue.IsZero() || x.FeedbackUntil.IsZero() {
		return x.FinalDue
	}
	return x.FeedbackUntil.Add(finalWithin)
}

// Ready refuses to publish what is not ready to be final: the window is open
// and readers are silent, or feedback is unanswered (R58, R59). Silence is
// waited out, never taken for a yes (Q7).
func (x *Minutes) Ready(now time.Time) error {
	switch {
	case x.State == Final:
		return ErrSealed
	case x.State != Issued && x.State != Revising:
		return Refuse("R59", "纪要要先审核分发，收完意见才能发终稿。")
	}
	if waiting := x.Waiting(); len(waiting) > 0 {
		var nos []string
		for _, it := range waiting {
			nos = append(nos, fmt.Sprintf("第%d条等%s", it.No, x.Answers(it).Token()))
		}
		return Refuse("R58", fmt.Sprintf("还有意见没有答复：%s。发“答复意见 %d 采纳”。", strings.Join(nos, "，"), waiting[0].No))
	}
	if now.Before(x.FeedbackUntil) && !x.AllAnswered() {
		return Refuse("R59", "意见截至"+Moment(x.FeedbackUntil, now)+"，还有人没有回。都回了或到时间就能发终稿。")
	}
	return nil
}

// Approve is the host's yes to the text that was revised after feedback; the
// recorder may publish it then (3.2). seen is Terms of the tapped card, 0 typed.
func (x *Minutes) Approve(who PersonID, seen int, now time.Time) error {
	if err := x.Ready(now); err != nil {
		return err
	}
	switch {
	case who != x.Host:
		return Refuse("R59", "修订稿要由主持人"+x.Host.Token()+"同意。")
	case x.State != Revising:
		return Refuse("R59", "没有意见要处理，可以直接发终稿。")
	}
	if err := x.upToDate(seen); err != nil {
		return err
	}
	x.ApprovedAt = now
	x.note("同意发布", who, x.Edition(), "", "")
	return nil
}

// MayPublish refuses whoever may not publish the 终稿 now: the host may; the
// recorder may once the host approved what was revised, at once if nothing was
// (3.2).
func (x *Minutes) MayPublish(who PersonID, seen int, now time.Time) error {
	if x.State == Final {
		return ErrSealed
	}
	if who != x.Host && who != x.Recorder {
		return Refuse("R59", "终稿要由主持人"+x.Host.Token()+"或记录人"+x.Recorder.Token()+"发布。")
	}
	if err := x.Ready(now); err != nil {
		return err
	}
	if err := x.upToDate(seen); err != nil {
		return err
	}
	if x.NeedsApproval(who) {
		return Refuse("R59", "修订稿要先由主持人"+x.Host.Token()+"同意。")
	}
	return nil
}

// NeedsApproval reports whether the host has still to approve the text before
// that person publishes it.
func (x *Minutes) NeedsApproval(who PersonID) bool {
	return x.State == Revising && who != x.Host && x.ApprovedAt.IsZero()
}

// Publish seals the minutes: v1.0, read-only for ever (R60). text is the
// canonical text, people named; its SHA-256 is kept beside it.
func (x *Minutes) Publish(who PersonID, seen int, text string, now time.Time) error {
	if err := x.MayPublish(who, seen, now); err != nil {
		return err
	}
	x.FinalDue = x.FinalLimit()
	x.seal("发终稿", who, text, now)
	return nil
}

// seal makes it final. Nothing after this changes it, here and in the Book.
func (x *Minutes) seal(what string, who PersonID, text string, now time.Time) {
	before := string(x.State)
	x.State, x.FinalAt = Final, now
	x.Text, x.Hash = text, HashOf(text)
	x.Editions = append(x.Editions, Edition{No: x.Edition(), At: now, Text: text})
	x.note(what, who, before, string(Final)+" "+x.Code(), "")
}

// FinalLate reports whether the 终稿 came after its two hours (R59).
func (x *Minutes) FinalLate() bool {
	return x.State == Final && !x.FinalDue.IsZero() && x.FinalAt.After(x.FinalDue)
}

// HashOf is the seal of a text: its SHA-256 in hex.
func HashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// codeLength is how many digits of the hash are printed.
const codeLength = 8

// Code is the short form of the seal, as it is printed: eight digits.
func (x *Minutes) Code() string {
	if len(x.Hash) < codeLength {
		return ""
	}
	return strings.ToUpper(x.Hash[:codeLength])
}

// Matches reports whether a code, as typed, is that of the sealed text, and
// whether the text still has its hash.
func (x *Minutes) Matches(code string) (same, intact bool) {
	code = strings.ToLower(strings.Map(plain, code))
	same = len(code) >= codeLength && strings.HasPrefix(x.Hash, code)
	return same, x.State == Final && HashOf(x.Text) == x.Hash
}
