package command

import (
	"slices"
	"testing"

	"huiban/bot/bottest"
)

// TestStorm_InMeetings drives random lines and taps by random people through
// meetings over virtual weeks: nothing breaks, and the promises hold.
func TestStorm_InMeetings(t *testing.T) {
	t.Parallel()
	seeds, steps := uint64(3), 250
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		bottest.Storm(t, liveScript(), bottest.Weather{
			Script: stormScene, Lines: slices.Concat(slices.Repeat([]string{"备会 草稿", "开会 原因:客户到厂"}, 12), liveLines(), liveLines(), stormLines()), Steps: steps, Seed: 100 + seed,
			Forms: []string{"讨论要点", "结论", "11月10日必须上线", "都没问题", "尽快", "10", "市场部调研，70%偏好A", "9月18日17:00"},
		})
	}
}

func liveLines() []string {
	return []string{
		"备会 草稿", "备会 草稿", "开会 原因:客户到厂", "开会 原因:客户到厂", "开会", "下一议题", "下一议题 3", "下一议题 都没问题", "下一议题 原因:时间不够", "加时 10", "延长 5分钟", "另议 2", "另议 渠道政策",
		"加议题 海外版本 产出:方案", "讨论 接口还没定", "@许哲 测试要10天", "结论 同意采用A方案，由研发部牵头", "结论 一致同意上线", "记分歧", "请本人确认", "依据 市场部调研",
		"分歧 @许哲 上不了 理由:测试只有2人", "分歧 @赵倩 必须上 理由:展会", "分歧:生产说月底到料,采购说下月5号", "确认观点", "改观点 最早12月4日", "撤回观点",
		"未决 是否上线", "未决 是否上线 决策人:@高远 期限:9月25日", "未决 包装选哪个 下次再议", "裁决 做展会版 依据:签约目标", "撤回未决 谈拢了", "撤销", "改记录 1 改过的话",
		"小结", "小结 都没问题", "休会 等数据", "流会 没人来", "散会", "散会 都记为未议完", "散会 10:00", "还没完", "停止记录", "记录", "签到 @马强 迟到", "会议进展", "待办 大家推进一下",
	}
}
