package wording

import (
	"iter"
	"strings"
)

// DefaultLists returns the words of method.md 2.2, a fresh copy for each call.
// 跟进 is there beside the table's 跟进一下 because R34 names it bare.
func DefaultLists() Lists {
	return Lists{
		NoDate: strings.Fields(`
			尽快 尽早 尽量 抓紧 马上 立刻 立即 即刻 从速 ASAP
			近期 最近 近日 不日 择机 适时 适当时候
			有空 有时间 回头 后续 稍后 晚点 过几天 过段时间 到时候 再说
			争取 力争 原则上 大概 差不多 视情况 看情况
			待定 TBD 长期 持续 不定期 随时`),
		VagueResult: strings.Fields(`跟进一下 跟进 推进 优化 对齐 了解 关注 配合 协调 支持 研究 梳理`),
		VagueOwner: strings.Fields(`
			大家 各部门 相关部门 有关人员 我们 你们 技术那边 业务侧 待定 领导`),
		Subjective: strings.Fields(`
			我认为 我觉得 个人感觉 应该 可能 好像 显然 令人遗憾 不负责任 太慢`),
	}
}

// notHits yields the expressions, folded, in which a word of the lists is only
// a piece of another word (响应|该接口), of a fixed term (持续集成) or of a name
// (支持部). They are no setting: an administrator who wants one of them found
// adds the whole expression to a list.
func notHits() iter.Seq[string] {
	return strings.FieldsSeq(`
		响应该 对应该 相应该 供应该 适应该 反应该 回应该 答应该 感应该 呼应该 顺应该 照应该 效应该

		持续集成 持续交付 持续部署 持续时间 持续时长 可持续
		长期股权投资 长期借款 长期负债 长期待摊 长期应付 长期应收 长期资产 中长期
		近期报表 近期数据 临近期 接近期 邻近期
		最近一次 最近一期 最近邻 最近使用 最近访问 最近更新 最近联系人
		接近日 临近日 邻近日 附近日
		立即购买按钮 立即购买键 立即购买入口 立即登录按钮 立即注册按钮 立即支付按钮 立即下单按钮
		立即体验按钮 立即预约按钮 立即领取按钮 立即报名按钮 立即下载按钮 立即试用按钮 立即开通按钮
		马上购买按钮 马上抢按钮
		选择机 合适时 舒适时 有空格 有空调 有空间 有空值 有空白 有空缺
		有时间戳 有时间轴 有时间线 所有时间 没有时间
		回头客 回头率 售后续 晚点名 航班晚点 列车晚点 超过几天
		再说明 再说服 再说一遍 劳动力争议 权力争
		大概念 大概率 重视情况 监视情况 忽视情况 查看情况 观看情况
		待定位 待定稿 待定价 待定制 待定义 待定标 待定损 随时间

		优化器 推进器 推进剂 推进会 推进组
		左对齐 右对齐 居中对齐 两端对齐 字节对齐 内存对齐 对齐方式
		了解到 关注度 关注点 关注者 关注人
		配合人 配合部门 配合度 配合比 协调会 协调员 协调人
		支持部 支持层 支持组 支持中心 支持率 技术支持
		研究院 研究所 研究员 研究生 研究中心 研究室

		大家电 大家庭 大家居 大家装 领导力

		可能性 许可能 认可能 好像素 良好像`)
}
