package feishu

// What only this platform has to say to people; all else is said behind the
// engine.
const (
	wordForeign = "这张卡片不是会办发的，或者太旧了。请在群里 @会办 说“帮助”。"
	wordWorking = "正在处理，结果马上更新到这张卡片上。"
	wordFailed  = "这次没有处理成功，请再点一次；还不行，请联系管理员。"
)
