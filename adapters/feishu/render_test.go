package feishu

import (
	"strings"
	"testing"

	"huiban/bot"
)

func people() map[string]bot.Shown {
	return map[string]bot.Shown{
		"@{p1}": {Name: "周敏", Account: "feishu:ou_zhou"}, "@{p2}": {Name: "许哲", Account: "feishu:ou_xu"},
		"@{p3}": {Name: "外单位的人"}, "@{p4}": {Name: "钉钉上的人", Account: "dingtalk:u4"},
	}
}

// What people wrote is shown as they wrote it, not as markup; who can be
// mentioned is.
func TestMarked(t *testing.T) {
	for in, want := range map[string]string{
		"普通的话，14:00开始。":             "普通的话，14:00开始。",
		"**粗** <b>":                 "&#42;&#42;粗&#42;&#42; &#60;b&#62;",
		"- 列表\n1. 序号\n> 引":          "&#45; 列表\n1&#46; 序号\n&#62; 引",
		"版本1.2 - 草稿":                "版本1.2 - 草稿",
		":OK: 好":                    "&#58;OK: 好",
		"@{p1}办，@{p3}@{p4}抄送，@{p9}": "<at id=ou_zhou></at>办，外单位的人钉钉上的人抄送，@{p9}",
	} {
		if got := marked(in, people()); got != want {
			t.Errorf("marked(%q) = %q, want %q", in, got, want)
		}
	}
	evil := map[string]bot.Shown{"@{p1}": {Name: "<at id=all></at>", Account: "feishu:ou_1></at><at id=all"}}
	if got := marked("@{p1}", evil); strings.Contains(got, "<at") {
		t.Errorf("an account that is no id became %s", got)
	}
}
