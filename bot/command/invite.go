package command

import (
	"slices"

	"huiban/bot"
)

// inviting are the commands between the notice and the meeting.
func inviting() []bot.Command {
	return slices.Concat(answeringInvitations(), opining(), rescheduling())
}

func invitingFaces() []bot.FaceDef {
	return []bot.FaceDef{
		{Name: "invited", Draw: ofMeeting(drawInvited)},
		{Name: "answers", Draw: ofMeeting(drawAnswers)},
		{Name: "opinions", Draw: ofMeeting(drawOpinions)},
		{Name: "list", Draw: ofMeeting(drawOpinionList)},
		{Name: "soon", Draw: ofMeeting(drawUpcoming)},
		{Name: "change", Draw: ofMeeting(drawChange)},
		{Name: "changed", Draw: ofMeeting(drawChanged)},
		{Name: "meetings", Draw: drawMeetings},
	}
}

// inviteExamples are lines as people type them, by command.
func inviteExamples() map[string]string {
	return map[string]string{
		"请假":     "请假 出差",
		"代参会":    "代参会 @许哲",
		"预讨论":    "预讨论 2 难点:接口还没定 资源:2个人",
		"发预讨论清单": "发预讨论清单",
		"会议改期":   "会议改期 8月14日14:00 原因:高总出差",
		"取消会议":   "取消会议 原因:客户改了需求",
	}
}

// inviteWhys say why a reminder comes, by its kind and step (“M2 1wd”).
func inviteWhys() map[string]string {
	return map[string]string{
		"M2 1wd": "会前1个工作日，还没有回复能否参加",
		"M3 2wd": "会前2个工作日，还没有预讨论意见",
		"M3 2h":  "预讨论还有2小时截止，还没有意见",
		"M4 1wd": "预讨论清单17:00前要发出",
		"M5 1wd": "会前1个工作日",
		"M5 30m": "30分钟后开会",
	}
}

// inviteVerbs end the sentence “填好就能…”, by command, where its name does not.
func inviteVerbs() map[string]string {
	return map[string]string{"代参会": "请人代参会", "预讨论": "反馈意见", "会议改期": "改期"}
}
