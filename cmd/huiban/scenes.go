package main

import (
	"slices"
	"strings"
	"time"

	"huiban/bot/workday"
)

// scenes are what happened before the guest comes in, in order: a meeting about
// a complaint whose tasks go on, and the preparation of today's meeting.
func scenes(opens time.Time, cal workday.Calendar) []scene {
	all := slices.Concat(complaint(opens, cal), progress(), review(opens))
	slices.SortStableFunc(all, func(a, b scene) int {
		if a.day != b.day {
			return b.day - a.day
		}
		return strings.Compare(a.clock, b.clock)
	})
	return all
}

// day is a date n working days after the opening, as people write it.
func day(opens time.Time, cal workday.Calendar, n int) string {
	return cal.Add(opens, n).Format("1月2日")
}

// complaint is 客户质量投诉处理会, from its notice to the sealed 终稿: four promises, of
// which one is kept, one stuck, one due tomorrow and one late.
func complaint(opens time.Time, cal workday.Calendar) []scene {
	due := func(n int) string { return day(opens, cal, n) + "17:00" }
	g := complaintGroup
	return []scene{
		{7, "09:30", guestName, g, "@会办 新建会议 客户质量投诉处理会 时间:" + day(opens, cal, -5) + "10:00—11:00 地点:2号会议室", ""},
		{7, "09:31", guestName, g, "@会办 目标 定出失效原因和4项整改任务的责任人", ""},
		{7, "09:32", guestName, g, "@会办 议题 失效原因 产出:决策 时长:20 谈:密封圈检测结果 不谈:赔付金额", ""},
		{7, "09:33", guestName, g, "@会办 议题 整改任务 产出:任务清单 时长:30 谈:谁、做什么、哪天完成 不谈:考核", ""},
		{7, "09:34", guestName, g, "@会办 分工 主持:@周敏 记录:@林晓 计时:会办", ""},
		{7, "09:35", guestName, g, "@会办 参会 @高远 层级:决策层", ""},
		{7, "09:36", guestName, g, "@会办 参会 @王静 @马强 @孙蕾 @何佳", ""},
		{7, "09:37", guestName, g, "@会办 资料 无", ""},
		{7, "09:40", guestName, g, "@会办 发预通知 确认", ""},
		{7, "10:05", "王静", "", "参加", ""},
		{7, "10:10", "马强", "", "参加", ""},
		{7, "10:20", "何佳", "", "参加", ""},
		{7, "11:00", "孙蕾", "", "参加", ""},
		{7, "14:00", "高远", "", "参加", ""},
		{5, "10:00", guestName, g, "@会办 开会", ""},
		{5, "10:12", guestName, g, "@会办 结论：采用密封圈硬度偏低为失效原因，由质量部牵头 依据:拆解3台样机，硬度均低于下限", ""},
		{5, "10:14", guestName, g, "@会办 下一议题 原因:结论已经念过", ""},
		{5, "10:20", guestName, g, "@会办 待办 @王静 出具投诉样机检测报告 截止:" + due(-3) + " 优先:高 交付:检测报告，写明失效原因", ""},
		{5, "10:22", guestName, g, "@会办 待办 @孙蕾 完成密封圈备选供应商的送样 截止:" + due(2) + " 优先:高 交付:2家供应商各20件样品", ""},
		{5, "10:24", guestName, g, "@会办 待办 @何佳 回访12位投诉客户并汇总 截止:" + due(1) + " 优先:中 交付:回访汇总表", ""},
		{5, "10:26", guestName, g, "@会办 待办 @马强 修订密封圈装配作业指导书 截止:" + due(-1) + " 优先:中 交付:指导书新版，班组长签收", ""},
		{5, "10:30", "王静", "", "确认", ""},
		{5, "10:31", "孙蕾", "", "确认", ""},
		{5, "10:32", "何佳", "", "确认", ""},
		{5, "10:33", "马强", "", "确认", ""},
		{5, "10:36", guestName, g, "@会办 结论：同意按4项任务整改 依据:客服部投诉记录12件", ""},
		{5, "10:40", guestName, g, "@会办 散会", ""},
		{5, "11:50", scribeName, "", "提审", ""},
		{4, "09:30", guestName, "", "审核 通过 确认", ""},
		{4, "09:50", "王静", "", "已阅", ""},
		{4, "10:15", "何佳", "", "已阅", ""},
		{4, "11:00", "高远", "", "已阅", ""},
		{4, "14:20", "马强", "", "已阅", ""},
		{3, "10:10", scribeName, "", "发终稿 确认", ""},
	}
}

// progress is what became of the four promises since.
func progress() []scene {
	return []scene{
		{4, "15:10", "王静", "", "进度 60% 已拆解3台，正在做密封性试验", ""},
		{3, "15:30", "王静", "", "完成 检测报告见 https://example.com/report-0805，失效原因：密封圈硬度偏低", ""},
		{3, "16:05", guestName, "", "验收 通过", ""},
		{2, "10:45", "何佳", "", "进度 50% 已回访6位，其余约在本周", ""},
		{1, "09:40", "孙蕾", "", "受阻 供应商出厂检验排到本周五 需要:@王静 帮忙安排加急检验", ""},
	}
}

// review is the preparation of today's meeting, which begins five minutes after
// the guest comes in: six of eight have answered, production owes its opinion.
func review(opens time.Time) []scene {
	g := projectGroup
	start := opens.Truncate(5 * time.Minute).Add(5 * time.Minute)
	when := start.Format("1月2日15:04") + "—" + start.Add(90*time.Minute).Format("15:04")
	return []scene{
		{2, "09:30", guestName, g, "@会办 新建会议 " + reviewTitle + " 时间:" + when + " 地点:3号会议室", ""},
		{2, "09:31", guestName, g, "@会办 目标 A/B方案二选一；确定研发3个关键节点及责任人", ""},
		{2, "09:32", guestName, g, "@会办 议题 A/B方案二选一 产出:决策 时长:30 谈:成本、周期、用户偏好 不谈:渠道政策 汇报:@陈立 需预讨论:研发部、市场部、生产部", ""},
		{2, "09:33", guestName, g, "@会办 议题 研发节点 产出:任务清单 时长:30 谈:三个关键节点 不谈:人员编制", ""},
		{2, "09:34", guestName, g, "@会办 议题 包装打样 产出:方案 时长:20 谈:打样数量 不谈:价格", ""},
		{2, "09:35", guestName, g, "@会办 分工 主持:@周敏 记录:@林晓 计时:会办", ""},
		{2, "09:36", guestName, g, "@会办 参会 @高远 层级:决策层", ""},
		{2, "09:37", guestName, g, "@会办 参会 @陈立 @许哲 @赵倩 @马强 @孙蕾", ""},
		{2, "09:38", guestName, g, "@会办 抄送 质量部", ""},
		{2, "09:39", guestName, g, "@会办 资料 用户调研 https://example.com/survey 页数:4 要点:看第3页的偏好数据", ""},
		{2, "09:40", guestName, g, "@会办 发预通知 确认", ""},
		{2, "09:52", guestName, "", "参加", ""},
		{2, "09:55", scribeName, "", "参加", ""},
		{2, "10:05", "陈立", "", "参加", ""},
		{2, "10:20", "许哲", "", "参加", ""},
		{2, "11:10", "赵倩", "", "参加", ""},
		{2, "14:30", "高远", "", "参加", ""},
		{1, "10:10", "许哲", "", "预讨论 1 现状:两个方案都能做 难点:B方案要开新模具，多4周 建议:先做A方案", ""},
		{1, "10:40", "赵倩", "", "预讨论 1 调研里70%的用户偏好A方案，展会在11月，越早越好", ""},
	}
}
