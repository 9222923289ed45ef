package dingtalktest

import (
	"slices"
	"testing"
)

func TestPlain(t *testing.T) {
	for _, c := range []struct{ markdown, shows string }{
		{"a\nb", "a b"},
		{"a\n\nb", "a\nb"},
		{"a  \n  b", "a\nb"},
		{"### 待办\n内容", "待办\n内容"},
		{"- a\n- b", "- a\n- b"},
		{"1. a\n2. b", "1. a\n2. b"},
		{"> 引用\n\n正文", "引用\n正文"},
		{"**重** *轻* __重__", "重 轻 重"},
		{`\*\*不重\*\* 1\. \#`, "**不重** 1. #"},
		{"&lt;b&gt; &amp;", "<b> &"},
		{`\&lt;`, `\<`},
		{"[看](https://a.cn) ![图](https://a.cn/p)", "看 [图片]"},
		{"<font colorTokenV2=common_red1_color>急</font><br>", "急"},
		{"<a atId=0102>许哲</a> 请看", "@许哲 请看"},
		{"a<3 且 c>2", "a<3 且 c>2"},
		{"未转义的<张三>在此", "未转义的<张三>在此"},
		{"未转义的<b 且 c>在此", "未转义的在此"},
	} {
		if got := plain(c.markdown); got != c.shows {
			t.Errorf("%q shows %q, not %q", c.markdown, got, c.shows)
		}
	}
}

func TestLinks(t *testing.T) {
	got := linksIn(`[**甲**](https://a.cn?a=1&amp;b=2) \[乙\](https://b.cn) ![丙](https://c.cn)`)
	if want := []Link{{"甲", "https://a.cn?a=1&b=2"}}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
