package talk_test

import (
	"strings"
	"testing"

	"huiban/bot/talk"
)

func TestAVerbBehindADate(t *testing.T) {
	t.Parallel()
	r := talk.New([]talk.Command{
		{Words: []string{"新建会议", "…开", "…开个"}, Slots: []talk.Slot{{Name: "名称", Rest: true}, {Name: "时间", Kind: talk.Date, Find: true}}},
		{Words: []string{"开会"}},
	})
	dates := func(text string) []talk.Span {
		if i := strings.Index(text, "明天14:00"); i >= 0 {
			return []talk.Span{{Start: i, End: i + len("明天14:00")}}
		}
		return nil
	}
	for text, want := range map[string]string{
		"明天14:00开项目例会":   "新建会议 项目例会 明天14:00",
		"明天14:00，开个评审会":  "新建会议 评审会 明天14:00",
		"请明天14:00开个评审会":  "新建会议 评审会 明天14:00",
		"明天14:00开始写接口文档": "",
		"开个评审会":          "",
		"我明天14:00开个评审会":  "",
		"开会":             "开会",
	} {
		said := r.Read(text, talk.Scene{Dates: dates})
		got := strings.TrimSpace(said.Command + " " + said.Args["名称"] + " " + said.Args["时间"])
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
