package wording

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// found prints hits as V1:尽快, in order.
func found(hits []Hit) string {
	var s []string
	for _, h := range hits {
		s = append(s, fmt.Sprintf("%v:%s", h.Class, h.Word))
	}
	return strings.Join(s, " ")
}

// TestR38_EveryWordOfTheListsIsFound holds method.md 2.2 word for word.
func TestR38_EveryWordOfTheListsIsFound(t *testing.T) {
	table := map[Class]string{
		NoDate: "尽快 尽早 尽量 抓紧 马上 立刻 立即 即刻 从速 ASAP 近期 最近 近日 不日 择机 适时 适当时候 有空 有时间 回头 后续 稍后 晚点 " +
			"过几天 过段时间 到时候 再说 争取 力争 原则上 大概 差不多 视情况 看情况 待定 TBD 长期 持续 不定期 随时",
		VagueResult: "跟进一下 推进 优化 对齐 了解 关注 配合 协调 支持 研究 梳理",
		VagueOwner:  "大家 各部门 相关部门 有关人员 我们 你们 技术那边 业务侧 待定 领导",
		Subjective:  "我认为 我觉得 个人感觉 应该 可能 好像 显然 令人遗憾 不负责任 太慢",
	}
	lists := DefaultLists()
	for class, words := range table {
		for w := range strings.FieldsSeq(words) {
			want := []Hit{{Class: class, Word: w, Start: len("甲，"), End: len("甲，" + w)}}
			if diff := cmp.Diff(want, lists.Find("甲，"+w+"。", class)); diff != "" {
				t.Errorf("%v %s (-want +got):\n%s", class, w, diff)
			}
		}
	}
}

func TestFindReadsWholeSentences(t *testing.T) {
	for _, c := range []struct {
		text, want string
		classes    []Class
	}{
		{"研发部尽快出A方案技术文档", "V1:尽快", nil},
		{"请asap给我", "V1:ASAP", nil},
		{"时间ＴＢＤ", "V1:TBD", nil},
		{"时间tbd1", "", nil},
		{"abcTBD", "", nil},
		{"大家配合推进包装打样", "V4:大家 V3:配合 V3:推进", nil},
		{"跟进一下客户", "V3:跟进一下", nil},
		{"跟进客户合同", "V3:跟进", nil},
		{"负责人待定", "V1:待定 V4:待定", nil},
		{"负责人待定", "V4:待定", []Class{VagueOwner}},
		{"最近期的一次", "V1:最近", nil},
		{"我认为研发排期太慢", "V5:我认为 V5:太慢", []Class{Subjective}},
		{"我认为研发排期太慢", "", []Class{NoDate, VagueResult, VagueOwner}},
		{"请立即修复登录按钮", "V1:立即", nil},
		{"要立即购买服务器", "V1:立即", nil},
		{"持续跟踪线上报警", "V1:持续", nil},
		{"应该由研发承担", "V5:应该", nil},
		{"领导对领导力课程负责", "V4:领导", nil},
		{"尽快、尽快!", "V1:尽快 V1:尽快", nil},
		{"周五前交检测报告", "", nil},
		{"", "", nil},
	} {
		if got := found(DefaultLists().Find(c.text, c.classes...)); got != c.want {
			t.Errorf("%s %v: got %q, want %q", c.text, c.classes, got, c.want)
		}
	}
}

// TestNotHits holds the row “Not hits” of method.md 2.2 and its like.
func TestNotHits(t *testing.T) {
	for _, text := range []string{
		"响应该接口的超时", "对应该项的编号", "通知相应该部门", "供应该型号的厂家", "适应该流程",
		"搭好持续集成", "长期股权投资明细", "可持续发展报告", "接口持续时间超过3秒",
		"把“立即购买”改成绿色", "把「立即购买」改成绿色", "立即购买按钮改成绿色", "点击《尽快》", "代码里的`TBD`删掉", `按钮 "立即购买" 改色`,
		"```\n尽快 TBD\n```", "＂尽快＂", "导出近期报表", "升级优化器到2.0", "采购 “优化器” 一台",
		"随时间变化的曲线", "选择机型", "合适时间段三个", "服务器没有空间", "填有空格的单元格", "重视情况说明", "查看情况表", "改成左对齐",
		"补再说明文档", "接近日均销量", "待定稿文件两份", "大概率预测模型", "回头客名单", "有时间戳的日志",
		"请研究院出报告", "找支持部张三", "支持层名单", "领导力课程大纲", "开协调会", "关注度曲线", "已了解到原因", "配合人名单", "配合部门:财务",
		"大家电品类", "评估可能性", "许可能力清单",
	} {
		if got := found(DefaultLists().Find(text)); got != "" {
			t.Errorf("%s: got %s, want no hit", text, got)
		}
	}
}

func TestStrayQuotationMarkSwitchesNothingOff(t *testing.T) {
	for text, want := range map[string]string{
		"“尽快交报告":        "V1:尽快",
		"“立即购买”要尽快改好":   "V1:尽快",
		"5\"屏\n尽快\"":    "V1:尽快",
		"```尽快":         "V1:尽快",
		"尽快”交":          "V1:尽快",
		"《说明》马上发《说明》":   "V1:马上",
		"“甲”大家“乙":       "V4:大家",
		"``` a ```马上``": "V1:马上",
	} {
		if got := found(DefaultLists().Find(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestListsAreTheAdministrators(t *testing.T) {
	lists := DefaultLists()
	lists[NoDate] = []string{"改天", "", "持续集成", "ＤＤＬ"}
	if got, want := found(lists.Find("改天做持续集成，尽快，ddl再看", NoDate)), "V1:改天 V1:持续集成 V1:ＤＤＬ"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !slices.Contains(DefaultLists()[NoDate], "尽快") {
		t.Error("an edited copy changed the defaults")
	}
	if got := Lists(nil).Find("尽快"); got != nil {
		t.Errorf("empty lists found %v", got)
	}
}

func TestR34_DescriptionWithoutADeliverableIsOnlyVague(t *testing.T) {
	for _, only := range []string{
		"跟进一下", "跟进", "推进", "对齐", "关注", "了解", "配合", "配合推进", "请大家尽快配合推进。", "持续关注", "继续跟进项目进展",
		"推进一下这个事情", "做好支持工作", "积极协调相关部门", "研究研究", "了解一下情况", "推进此项目", "　推进！ 👍", "梳理相关问题",
	} {
		if !DefaultLists().OnlyVague(only) {
			t.Errorf("%s: not seen as only vague", only)
		}
	}
	for _, more := range []string{
		"推进接口文档v1", "大家配合推进包装打样", "推进《接口文档》", "跟进“预算表”", "推进A", "推进3", "完成A方案技术文档", "开协调会", "研究院出报告",
		"交付接口文档v1", "尽快", "大家", "一下", "", "👍", "优化器",
	} {
		if DefaultLists().OnlyVague(more) {
			t.Errorf("%s: seen as only vague", more)
		}
	}
}

func TestClassesAreNamedAsInTheMethod(t *testing.T) {
	if got, want := fmt.Sprint(NoDate, VagueResult, VagueOwner, Subjective, Class(0)), "V1 V3 V4 V5 V?"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzFindOffsets(f *testing.F) {
	for _, s := range []string{"请ＡＳＡＰ给我", "“尽快", "a\xff尽快\xe5", "```尽快```马上", "待定\x00待定", strings.Repeat("“", 40) + "尽快"} {
		f.Add(s)
	}
	lists := DefaultLists()
	f.Fuzz(func(t *testing.T, text string) {
		last := map[Class]int{}
		for _, h := range lists.Find(text) {
			if h.Start < last[h.Class] || h.End <= h.Start || h.End > len(text) {
				t.Fatalf("%q: hit %+v overlaps or lies outside", text, h)
			}
			last[h.Class] = h.End
			if got, want := foldRunes(text[h.Start:h.End]), foldRunes(h.Word); !slices.Equal(got, want) {
				t.Fatalf("%q: hit %+v covers %q", text, h, text[h.Start:h.End])
			}
			if !slices.Contains(lists[h.Class], h.Word) {
				t.Fatalf("%q: %q is in no list", text, h.Word)
			}
		}
		lists.OnlyVague(text)
	})
}

func BenchmarkFind(b *testing.B) {
	lists := DefaultLists()
	for b.Loop() {
		lists.Find("待办：请研发工程师尽快配合市场部完成A方案技术文档v1，截止:2026-08-17 17:00 优先:高 抄送:市场部")
	}
}

func BenchmarkFindInHundredKilobytes(b *testing.B) {
	lists, text := DefaultLists(), strings.Repeat("“尽快", 100_000/len("“尽快"))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		lists.Find(text)
	}
}
