package dingtalk

// What the half that sends has to say to people by itself; all else is said behind
// the engine.
const (
	wordOutside   = "对方没有本单位的钉钉账号（是外部的人，或应用还没有发布），机器人不能给他发私聊"
	wordNotInApp  = "对方不在钉钉应用的可见范围里，或已经离职，机器人不能给他发私聊"
	wordOnlyReply = "钉钉应用还没有开通主动发消息的权限（qyapi_robot_sendmsg），现在只能在有人说话以后回答"
	wordSaving    = "本月的钉钉接口调用次数快用完了，剩下的留给更要紧的消息，下月 1 日恢复"

	wordPart     = "（内容较长，这里只显示一部分）"
	wordNoRoom   = "还有一些操作放不下，请直接输入："
	wordInstead  = "请直接输入："
	wordSendFile = "：请提交以后，在和我的私聊里把文件直接发给我。"
)
