package command

import (
	"strconv"
	"testing"

	"huiban/bot/bottest"
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
`

// TestStorm_PromisesHold drives random commands by random people over virtual
// weeks (R66, R75, R90, R60 and the tables of states).
func TestStorm_PromisesHold(t *testing.T) {
	t.Parallel()
	seeds, steps := uint64(4), 250
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			bottest.Storm(t, script(), bottest.Weather{
				Script: stormScene, Lines: stormLines(), Steps: steps, Seed: seed,
				Forms: []string{"接口文档v1评审通过", "80", "尽快", "2", "测试环境没到位", "我认为太慢", "同意采用A方案", "市场部调研，70%偏好A"},
			})
		})
	}
}

func stormLines() []string {
	return []string{
		"待办 @许哲 完成A方案技术文档 9月18日17:00 高", "待办：研发部尽快出文档", "待办 @赵倩 交市场调研报告 明天下班前", "确认", "拒绝 这周在外场", "换人 换:@陈立 是架构组的活",
		"改期 9月21日18:00", "进度 60% 缺接口文档", "进度 100%", "受阻 等测试环境 需要:@陈立", "解除受阻", "完成 https://example.com/a", "验收 通过", "退回 缺签字页",
		"延期 9月25日17:00 评审专家出差 影响:联调晚一周 进展:七成 补救:先发未评审版", "审批 同意", "转交 @陈立 下周休假", "催", "取消待办 需求没了", "同意", "不同意 太晚", "我的待办", "台账", "逾期", "帮助",
	}
}
