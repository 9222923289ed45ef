package command

import (
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

// Words is what the engine says by itself.
func Words() bot.Words {
	return bot.Words{
		Unknown: unknown,
		Empty: func() string {
			return "请写一句要办的事，如“待办 @同事 做什么 哪天要”。发“帮助”看我能做什么。"
		},
		FileAlone: func(names []string) string {
			return "收到" + quoted(names) + "，还不知道用在哪里。请先发命令（如“完成 编号”“材料”），我问到附件时再发一次。"
		},
		Unusable: func(names []string) string {
			return quoted(names) + "没有收下：是空文件，或超过20 MB，或应用没有下载文件的权限。请压缩或拆开以后再发，还不行请告诉管理员。"
		},
		TooLong:   tooLong,
		Contended: func() string { return "有人同时修改，请再点一次。" },
		Repeated:  func() string { return "已经记过了。" },
		Trouble: func(trace string) string {
			return "没有办成，什么都没有改。请过一会儿再试，还不行请把“" + trace + "”告诉管理员。"
		},
		Ask:            func(argument string) string { return "还缺“" + argument + "”，请补一句。" },
		AskedPrivately: func() string { return "还差一点，已私聊问您。" },
		Privately:      func() string { return "已私聊发给您。" },
		DraftGone:      func() string { return "这个问题已经有结果了，不用再填。" },
		DraftOf:        func(p meeting.PersonID) string { return "这里要" + p.Token() + "本人来填。" },
		DraftDropped:   func(command string) string { return "好，“" + command + "”不记了。" },
		DraftExpired: func(command string) string {
			return "“" + command + "”一天没有补齐，先放下了，没有记下。要办请重新发一句。"
		},
		Drops:  drops,
		NoTask: noTask,
		UnknownTask: func(typed string) string {
			return "没有找到编号“" + cut(line(typed), 20) + "”。发“我的待办”或“我派出的”可以看到编号。"
		},
		WhichTask: func() string { return "是哪一项？选一个，或发编号。" },
		TaskLabel: func(k *meeting.Task) string {
			return cut(line(k.Description), 14) + "（" + tail(k.No) + "）"
		},
		NotANumber: func(typed string) string {
			return "“" + cut(line(typed), 20) + "”不是数字。请写0到100，如“60%”。"
		},
		NotAChoice: func(typed string, choices []string) string {
			return "“" + cut(line(typed), 20) + "”不在选项里，请选" + strings.Join(choices, "、") + "。"
		},
		Moved:     func() string { return "已更新，请看下面的新卡片。" },
		Why:       whyNotice,
		Unreached: unreached,
		GroupGone: groupGone,
		Skipped:   skipped,
		Owes:      owes,
		ComeHere:  func() string { return "我现在不能主动私聊您：请私聊我再说一遍。" },
		NotForYou: func() string { return "这份文件只有参会人和抄送的人能看。" },
		Quiet:     func() string { return "夜间和休息日不打扰，留到上班再说。" },
		Spread:    func() string { return "整点和半点消息多，错开几分钟。" },
	}
}

func unreached(p meeting.PersonID, s meeting.Subject) string {
	who := p.Token()
	if p == meeting.Nobody {
		who = "群里"
	}
	return who + "没有收到" + spoken(s) + "的消息，请您换个方式告诉一声。" + numbered(s)
}

func groupGone(s meeting.Subject) string {
	return spoken(s) + "所在的群已解散，或会办已被移出，群里收不到后面的消息了，请您换个方式告诉大家。" + numbered(s)
}

func unknown(typed string, near []string) string {
	say := "没看懂“" + cut(line(typed), 20) + "”"
	if len(near) == 0 {
		return say + "。发“帮助”看我能做什么。"
	}
	return say + "，您是不是想：" + strings.Join(near, "、") + "？发“帮助”看全部。"
}

func tooLong(length, limit int) string {
	return fmt.Sprintf("一条最多%d字，这条有%d字，没有记下。请分开说，细节放文件里。", limit, length)
}

// drops reports whether the words give up the question that is open.
func drops(typed string) bool {
	typed = strings.Trim(typed, " 。.，,！!")
	return slices.Contains([]string{"不记了", "算了", "取消", "不填了", "不用了", "放弃"}, typed)
}

func noTask(command string) string {
	return "现在没有可以“" + command + "”的待办。发“我的待办”看看，或写上编号。"
}

// whyNotice says why a reminder comes (method.md 2.4).
func whyNotice(n meeting.Notice) string {
	step := n.Kind + " " + n.Step
	for _, whys := range []map[string]string{planWhys(), inviteWhys(), liveWhys(), minutesWhys()} {
		if why := whys[step]; why != "" {
			return why
		}
	}
	switch step {
	case meeting.ToConfirm + " 2h":
		return "两小时没有确认，再问一次"
	case meeting.ToConfirm + " nwd":
		return "还没有确认，第二个工作日再问一次"
	case meeting.ToConfirm + " host":
		return "责任人一天没有确认，请交办人定"
	case meeting.ToConfirm + " proposal":
		return "异议等交办人答复一个工作日了"
	case meeting.DueSoon + " 3wd":
		return "到期前3个工作日"
	case meeting.DueSoon + " 1wd":
		return "到期前1个工作日"
	case meeting.DueSoon + " day":
		return "今天到期"
	case meeting.DueSoon + " 2h":
		return "到期前2小时"
	case meeting.StillStuck + " 1wd":
		return "受阻一个工作日还没有解决"
	case meeting.PastDue + " L0":
		return "到期了，还没有提交完成"
	case meeting.PastDue + " L1":
		return "到期后一个工作日没有消息，同步交办人和配合人"
	case meeting.BeforeSync + " L1":
		return "四个工作小时后会同步交办人和配合人"
	case meeting.ToExtend + " 1wd":
		return "延期申请等了一个工作日"
	case meeting.ToAccept + " 1wd":
		return "提交后一个工作日还没有验收"
	case meeting.ToAccept + " 2wd":
		return "提交后两个工作日还没有验收"
	case meeting.KindDraft + " " + bot.DraftExpired:
		return "没有补齐，放下了"
	}
	return "到了提醒的时间"
}

func skipped(reason bot.SkipReason) string {
	switch reason {
	case bot.SkipMerged:
		return "卡片上已经是最新的"
	case bot.SkipSettled:
		return "事情已经有结果，不用说了"
	case bot.SkipNoEdit:
		return "这个平台不能更新卡片"
	case bot.SkipReplaced:
		return "下面有更新的卡片"
	case bot.SkipExpired:
		return "过了有用的时间"
	case bot.SkipNothing:
		return "没有要说的"
	case bot.SkipLeft:
		return "对方已离职"
	case bot.SkipNoWay:
		return "没有能联系到对方的账号"
	case bot.SkipGone:
		return "群已解散或会办已被移出"
	case bot.SkipTooOld:
		return "旧卡片不能再更新，已另发新的"
	}
	return "不用说了"
}

// quoted are names in quotation marks, one after the other.
func quoted(names []string) string { return "“" + strings.Join(names, "”“") + "”" }
