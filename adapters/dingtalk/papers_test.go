package dingtalk

import (
	"context"
	"strings"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
)

// A file whose name is long still says what it is.
func TestALongFileNameKeepsItsEnding(t *testing.T) {
	for name, want := range map[string]string{
		strings.Repeat("长", 200) + ".xlsx": strings.Repeat("长", 114) + "….xlsx",
		"a/b\nc.pdf":                       "a／b c.pdf",
		"第1.2版 " + strings.Repeat("长", 9):  "第1.2版 " + strings.Repeat("长", 9),
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q", got)
		}
	}
}

// An upload to which nobody answers keeps nobody waiting who has stopped to.
func TestASlowUploadHoldsUpNobody(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	heal := l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.TimeoutAfterAccept, Path: "/media/upload", Times: 1})
	defer heal()
	slow, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := l.p.uploaded(slow, "一.pdf", []byte("1"))
		ended <- err
	}()
	l.until("the slow one is on its way", func() bool { return l.fake.Struck(dingtalktest.TimeoutAfterAccept) == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for range 2 {
		if _, err := l.p.uploaded(ctx, "二.pdf", []byte("2")); err != nil {
			t.Error(err)
		}
	}
	stop()
	if err := <-ended; err == nil || l.tally.get(KindUpload) != 1 {
		t.Errorf("%v, %d uploads", err, l.tally.get(KindUpload))
	}
}
