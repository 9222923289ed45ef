package feishutest

import (
	"slices"
	"testing"
)

func TestMarkdownAsItIsSeen(t *testing.T) {
	t.Parallel()

	names := map[string]string{"ou_ann": "安_娜_ & **B**", "ou_bb": "某bb"} // what is markup in a name is none
	for source, want := range map[string]string{
		"**粗** 和 **粗**":               "粗 和 粗",
		"**标题：**正文":                   "**标题：**正文", // the famous trap: no end behind punctuation and before a letter
		"**标题：** 正文":                  "标题： 正文",
		"**标题**：正文":                   "标题：正文",
		"2 ** 3 ** 4":                 "2 ** 3 ** 4",
		"**一半":                        "**一半",
		"***两样***":                    "两样",
		"*斜* _斜_ ~~删~~ a_b_c 3~5~7":   "斜 斜 删 a_b_c 3~5~7",
		"**外 *内* 外**":                 "外 内 外",
		"**a\nb**":                    "a\nb",
		"**a\n\nb**":                  "**a\n\nb**",
		"&#42;&#42;x&#42;&#42; &lt;b": "**x** <b",
		"&amp;lt;":                    "&lt;",
		`\*\*x\*\* \a`:                `**x** \a`,
		"`**x** &lt;`":                "**x** &lt;",
		"a ` b **c**":                 "a ` b c",
		"# 标题\n#1 号":                  "标题\n#1 号",
		"[**链接**](https://a.cn/b_c_d) [x] (y)":          "链接 [x] (y)",
		"<font color='red'>红</font><br>下":               "红\n下",
		"1 < 2 > 0":                                     "1 < 2 > 0",
		"**<at id=ou_ann></at>** _你_":                   "@" + names["ou_ann"] + " 你",
		`<at id="all"></at> <at ids=ou_ann,ou_bb></at>`: "@所有人 @" + names["ou_ann"] + " @某bb",
	} {
		if got := plainMarkdown(source, names); got != want {
			t.Errorf("%q is seen as %q, want %q", source, got, want)
		}
	}
}

// FuzzCard wants of any bytes that they are judged and read without a panic.
func FuzzCard(f *testing.F) {
	for _, name := range []string{"form.json", "task.json", "notice.json"} {
		f.Add(sampleCard(f, name))
	}
	f.Add([]byte(cardOf(tableOf(textColumn, `{"c":[1,null]}`), `{"tag":"markdown","content":"**a** \\* <at id=ou_ann> &amp; ~~_x_~~ [l](u)"}`)))
	f.Add([]byte(cardOf(`null`, `{"tag":"input","label":1,"max_length":1e99}`, `{"tag":"column_set","columns":[null]}`)))

	f.Fuzz(func(t *testing.T, content []byte) {
		problems := ValidateCard(content, isKnown)
		if seen := readCard(string(content), nil); len(problems) == 0 && len(seen.inputs)+len(seen.buttons) > 200 {
			t.Errorf("a sound card has %d inputs and %d buttons", len(seen.inputs), len(seen.buttons))
		}
	})
}

func TestSampleCardsAsTheyAreSeen(t *testing.T) {
	t.Parallel()

	names := map[string]string{"ou_3c1a9b7de2": "王芳", "ou_77ab0c9d1f": "李雷"}
	for name, want := range map[string][]string{
		"task.json":   {"待办 T-0042", "[待确认]", "补齐 7 月报价\n责任人 @王芳\n截止 2026-12-03 18:00"},
		"notice.json": {"会议通知", "Q3 交付协调会\n时间 2026-12-01 14:00-15:00\n地点 3F 会议室\n参会 @王芳 @李雷", "由会议助手发送,会前 1 小时再提醒一次"},
	} {
		seen := readCard(string(sampleCard(t, name)), names)
		if len(seen.lines) < len(want) || !slices.Equal(seen.lines[:len(want)], want) {
			t.Errorf("%s is seen as %q, want %q", name, seen.lines, want)
		}
	}
}
