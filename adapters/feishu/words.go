package feishu

// What only this platform has to say to people; all else is said behind the
// engine.
const (
	wordForeign = "这张卡片不是会办发的，或者太旧了。请在群里 @会办 说“帮助”。"
	wordWorking = "系统忙，还在处理。过一会儿看看这张卡片，没有变化就再点一次。"
	wordFailed  = "这次没有处理成功，什么都没有改。请再点一次；还不行，请联系管理员。"
)
