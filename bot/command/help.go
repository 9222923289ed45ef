package command

import (
	"context"
	"maps"
	"slices"
	"strings"

	"huiban/bot"
)

type helpArgs struct {
	Word string `arg:"词" opt:"rest"`
}

// helping lists the help on the commands and on itself; what it says comes from
// their definitions.
func helping(all []bot.Command) []bot.Command {
	h := &help{}
	c := bot.Define("帮助", "看我能做什么；“帮助 待办”看一条怎么用", h.show).In(headQuery).Also("help", "怎么用", "?", "？", "菜单")
	i := slices.IndexFunc(all, func(o bot.Command) bool { return o.Group == headShort })
	h.all = slices.Insert(slices.Clone(all), i, c)
	return []bot.Command{c}
}

type help struct{ all []bot.Command }

func (h *help) show(_ context.Context, t *bot.Turn, a helpArgs) (bot.Reply, error) {
	word := strings.Trim(a.Word, "“”\" ")
	if word == "" {
		here, err := purposeLine(t)
		return bot.Reply{Text: here + h.overview()}, err
	}
	for _, c := range h.all {
		if c.Name == word || slices.Contains(c.Aliases, word) {
			return bot.Reply{Text: usage(c)}, nil
		}
	}
	if lines := h.under(word); len(lines) > 0 {
		return bot.Reply{Text: strings.Join(append([]string{"【" + word + "】"}, lines...), "\n")}, nil
	}
	return bot.Reply{Text: "没有“" + cut(line(word), 20) + "”这条命令。发“帮助”看全部。"}, nil
}

// overview is a line for each heading with the names under it.
func (h *help) overview() string {
	lines := []string{"我把会议从第一个议题跟到最后一项待办验收。群里请@我，私聊直接发，平常话也行。"}
	var heads []string
	names := map[string][]string{}
	for _, c := range h.all {
		if names[c.Group] == nil {
			heads = append(heads, c.Group)
		}
		names[c.Group] = append(names[c.Group], c.Name)
	}
	for _, g := range heads {
		lines = append(lines, "【"+g+"】"+strings.Join(names[g], "、"))
	}
	return strings.Join(append(lines, "发“帮助 会前”看一组，发“帮助 待办”看一条怎么用。回复卡片时不用写编号。"), "\n")
}

// under lists what stands under a heading, a line for each command.
func (h *help) under(heading string) []string {
	var lines []string
	for _, c := range h.all {
		if c.Group == heading {
			lines = append(lines, "- "+c.Name+"："+c.Summary)
		}
	}
	return lines
}

func usage(c bot.Command) string {
	lines := []string{c.Name + "：" + c.Summary + "。", "写法：" + c.Usage()}
	if e, ok := examples()[c.Name]; ok {
		lines = append(lines, "例如：“"+e+"”")
	}
	said := slices.DeleteFunc(slices.Clone(c.Aliases), func(a string) bool { return a == "@" || strings.HasPrefix(a, "…") })
	if len(said) > 0 {
		lines = append(lines, "也可以说："+strings.Join(said, "、")+"。")
	}
	return strings.Join(lines, "\n")
}

// examples are lines as people type them, for the commands that take more than
// a number.
func examples() map[string]string {
	all := map[string]string{}
	for _, part := range []map[string]string{planExamples(), inviteExamples(), liveExamples(), minutesExamples(), taskExamples()} {
		maps.Copy(all, part)
	}
	return all
}

func taskExamples() map[string]string {
	return map[string]string{
		"待办":   "待办 @许哲 完成A方案技术文档 截止:8月17日17:00 优先:高 交付:文档v1，评审通过",
		"任务":   "任务 00-01",
		"确认":   "确认 00-01",
		"异议":   "异议 00-01 这周在外场 换:@陈立",
		"改期":   "改期 00-01 改到8月18日18:00",
		"换人":   "换人 00-01 换:@陈立 这是架构组的活",
		"拒绝":   "拒绝 00-01 这周在外场",
		"答复":   "答复 00-01 同意",
		"进度":   "进度 00-01 60% 缺接口文档",
		"受阻":   "受阻 00-01 等测试环境 需要:@王伟",
		"解除受阻": "解除受阻 00-01 环境已经开好",
		"延期":   "延期 00-01 8月25日17:00 评审专家出差 影响:联调晚一周 进展:写了七成 补救:先发未评审版",
		"审批":   "审批 00-01 同意",
		"转交":   "转交 00-01 @陈立 我下周休假",
		"催":    "催 00-01",
		"完成":   "完成 00-01 https://docs.example.com/a",
		"验收":   "验收 00-01 退回 缺签字页 重交:8月20日",
		"取消待办": "取消待办 00-01 需求没了",
		"退回":   "退回 缺签字页",
		"帮助":   "帮助 待办",
		"绑定本群": "绑定本群 项目推进",
		"绑定会议": "绑定会议 20260812-01",
		"绑定账号": "绑定账号 482913",
	}
}
