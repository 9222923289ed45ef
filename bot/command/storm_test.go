package command

import (
	"strconv"
	"testing"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// script is what a transcript of these tests can do.
func script() bottest.ScriptOptions {
	return bottest.ScriptOptions{
		Commands: All(), Faces: Faces(), Jobs: Jobs(workday.DefaultHours()), Papers: Papers(), Words: Words(),
		Calendar: workday.New(workday.DefaultHours(), workday.Official()...),
	}
}

const stormScene = `now 2026-09-14 09:10
people
	周敏 产品部 产品经理 leader=高远
	高远 总经办 分管副总
	林晓 项目办 项目助理 admin
	许哲 研发部 架构工程师 leader=陈立
	陈立 研发部 经理 leader=高远
	赵倩 市场部
	马强 生产部
	孙蕾 采购部
group 新品A项目群: 周敏, 高远, 林晓, 许哲, 陈立, 赵倩, 马强
新品A项目群 周敏: 新建会议 新品A方案评审会 时间:9月16日14:00—15:30 地点:3号会议室
新品A项目群 周敏: 目标 A/B方案二选一；确定3个节点
新品A项目群 周敏: 议题 A/B方案二选一 产出:决策 时长:30 谈:成本 需预讨论:研发部、市场部
新品A项目群 周敏: 议题 研发节点 产出:任务清单 时长:30 谈:三个节点
新品A项目群 周敏: 分工 主持:@周敏 记录:@林晓 计时:会办
新品A项目群 周敏: 参会 @高远 层级:决策层
新品A项目群 周敏: 参会 @许哲 @陈立 @赵倩 @马强
新品A项目群 周敏: 资料 无
新品A项目群 周敏: 发预通知 确认
`

// TestStorm_PromisesHold drives random commands by random people over virtual
// weeks (R66, R75, R90, R60 and the tables of states).
func TestStorm_PromisesHold(t *testing.T) {
	seeds, steps := uint64(6), 400
	if testing.Short() {
		seeds = 2
	}
	over, sealed := 0, 0
	for seed := range seeds {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			store := bottest.Storm(t, script(), bottest.Weather{
				Script: stormScene + stormLater(seed), Lines: stormLines(), Steps: steps, Seed: seed,
				Forms: []string{"接口文档v1评审通过", "80", "尽快", "2", "测试环境没到位", "我认为太慢", "同意采用A方案", "市场部调研，70%偏好A"},
			})
			err := store.View(t.Context(), func(tx bot.Tx) error {
				papers, err := tx.FindMinutes(meeting.MinutesQuery{})
				for _, x := range papers {
					over++
					if x.State == meeting.Final {
						sealed++
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	t.Logf("%d papers, %d sealed", over, sealed)
	if !testing.Short() && (over == 0 || sealed == 0) {
		t.Errorf("an idle storm: %d papers, %d sealed", over, sealed)
	}
}

// stormLater lets every other storm begin when the minutes are out already, or even
// sealed, so that the end of a meeting is reached too and what is sealed is tried.
func stormLater(seed uint64) string {
	if seed%2 == 0 {
		return ""
	}
	issued := `until 2026-09-16 14:00
新品A项目群 周敏: 开会
新品A项目群 周敏: 结论：采用A方案 依据:市场部调研
新品A项目群 周敏: 待办 @许哲 完成A方案技术文档 截止:9月22日17:00 优先:高
新品A项目群 周敏: 散会
新品A项目群 周敏: 散会
林晓: 提审
周敏: 审核 通过 确认
`
	if seed%4 == 1 {
		return issued
	}
	return issued + "until 2026-09-17 15:00\n林晓: 发终稿 确认\n"
}

func stormLines() []string {
	return []string{
		"开会", "开会 原因:客户今天到厂", "散会", "散会", "散会", "下一议题 原因:时间不够", "小结", "加时 10", "另议 2", "讨论 接口还没定", "结论：采用A方案，由研发部牵头", "结论：一致同意上线", "依据：市场部调研",
		"分歧 @陈立 11月上不了 理由:测试只有2人", "分歧 @赵倩 11月必须上 理由:展会", "未决 是否上线展会版 决策人:@高远 期限:9月25日", "未决 下次再议", "裁决 做展会版 依据:签约目标", "撤销", "停止记录", "记录", "休会 等数据",
		"参加", "请假 出差", "代参会 @孙蕾", "预讨论 1 难点是接口", "预讨论 1 无意见", "发预讨论清单", "会议改期 9月23日14:00 原因:高总出差", "取消会议 原因:需求变了", "回执", "我的会议", "今天的会",
		"纪要", "纪要改 1 换一句话", "纪要加 1 补一条要点", "纪要部分 决议事项 无", "纪要部分 待办任务清单 无", "纪要部分 各议题讨论要点 无", "提审", "提审", "提审", "审核 通过 确认", "审核 通过 确认", "审核 退回 漏了节点", "已阅", "意见 1 应该是含税", "答复意见 1 采纳",
		"发终稿 确认", "发终稿 确认", "发终稿 确认", "勘误 原文:A 更正:B 原因:写错", "核验 产品-20260916-01 00000000", "把70%改成72%", "归档", "重开 原因:漏了",
		"待办 @许哲 完成A方案技术文档 9月18日17:00 高", "待办：研发部尽快出文档", "待办 @赵倩 交市场调研报告 明天下班前", "确认", "拒绝 这周在外场", "换人 换:@陈立 是架构组的活",
		"改期 9月21日18:00", "进度 60% 缺接口文档", "进度 100%", "受阻 等测试环境 需要:@陈立", "解除受阻", "完成 https://example.com/a", "验收 通过", "退回 缺签字页",
		"延期 9月25日17:00 评审专家出差 影响:联调晚一周 进展:七成 补救:先发未评审版", "审批 同意", "转交 @陈立 下周休假", "催", "取消待办 需求没了", "同意", "不同意 太晚", "我的待办", "台账", "逾期", "帮助",
	}
}
