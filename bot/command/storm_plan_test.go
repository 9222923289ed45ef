package command

import (
	"fmt"
	"testing"

	"huiban/bot/bottest"
)

// TestStorm_PlansHold drives the preparation of meetings by random people over
// virtual weeks.
func TestStorm_PlansHold(t *testing.T) {
	t.Parallel()
	seeds := uint64(3)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			bottest.Storm(t, script(), bottest.Weather{
				Script: stormScene, Lines: planStormLines(), Steps: 200, Seed: 100 + seed,
				Forms: []string{"评审会", "20", "2026-09-18 14:00", "线上", "定3件事", "1决策", "看第3页", "都急"},
			})
		})
	}
}

func planStormLines() []string {
	return []string{
		"新建会议 评审会 9月18日14:00—15:30 3号会议室", "约个会", "明天下午两点开个碰头会", "新建会议 周会 照上次", "筹备", "会议时间 9月22日10:00 时长:60", "地点 线上",
		"目标 选定2家供应商", "目标 讨论清楚", "议题 1选型 2包装 3渠道 4排期", "议题 选型 产出:决策 时长:20", "产出 1任务清单 2决策 3方案", "议题 2 另议", "删议题 1", "放行 都急",
		"参会 @许哲 @赵倩", "参会 @高远 层级:决策层", "参会 去掉 @赵倩", "分工 主持:我 记录:@林晓 计时:会办", "分工 记录:@赵倩", "接手", "不接手 出差", "抄送 @陈立 财务部",
		"资料 无", "资料 调研 https://a.example/x 页数:12 要点:第3页", "看资料", "发预通知", "发预通知 紧急 原因:客户催", "发预通知 确认", "通知发了没", "会议名称 评审二会",
	}
}
