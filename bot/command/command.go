// Package command is what the bot can do and every sentence that people see of
// it: commands, one file for each verb, faces (cards) and words. A handler
// loads, asks the rule, saves and answers; it sends nothing, knows no chat
// service, no database and no clock, and decides nothing that bot/meeting rules.
package command

import (
	"fmt"
	"slices"

	"huiban/bot"
	"huiban/bot/workday"
)

// The headings of 帮助, in order.
const (
	headPlan    = "会前"
	headLive    = "会中"
	headPaper   = "会后"
	headHandOut = "交办和确认"
	headWork    = "办理"
	headFinish  = "完成和验收"
	headQuery   = "查询"
	headAdmin   = "管理"
	headShort   = "只回一个词"
)

// All lists the commands; the order is that of the help.
func All() []bot.Command {
	var all []bot.Command
	for _, part := range [][]bot.Command{
		planning(), inviting(), leading(), recording(), minuting(), archiving(),
		assigning(), confirming(), objecting(), answering(),
		reporting(), blocking(), extending(), handing(), nudging(),
		finishing(), accepting(), cancelling(),
		querying(), meetingQueries(), listing(), weekly(), delivered(), rehearsing(),
	} {
		all = append(all, part...)
	}
	rest := slices.Concat(grouping(), binding(), bare())
	return slices.Concat(all, helping(slices.Concat(all, rest)), rest)
}

// Faces lists the cards.
func Faces() []bot.FaceDef {
	return slices.Concat(planningFaces(), invitingFaces(), liveFaces(), minutesFaces(), taskFaces(), groupFaces())
}

func taskFaces() []bot.FaceDef {
	return []bot.FaceDef{
		{Name: "task", Draw: ofTask(drawTask)},
		{Name: "confirm", Draw: ofTask(drawConfirm)},
		{Name: "undecided", Draw: ofTask(drawUndecided)},
		{Name: "proposal", Draw: ofTask(drawProposal)},
		{Name: "nudge", Draw: ofTask(drawNudge)},
		{Name: "due", Draw: ofTask(drawDue)},
		{Name: "warn", Draw: ofTask(drawWarn)},
		{Name: "overdue", Draw: ofTask(drawOverdue)},
		{Name: "overdue1", Draw: ofTask(drawSynced)},
		{Name: "blocked", Draw: ofTask(drawBlocked)},
		{Name: "extension", Draw: ofTask(drawExtension)},
		{Name: "accept", Draw: ofTask(drawAccept)},
		{Name: "draft", Draw: drawDraft(All())},
		{Name: "digest", Draw: drawDigest},
		{Name: "mine", Draw: drawMine},
		{Name: "given", Draw: drawGiven},
		{Name: "late", Draw: drawLate},
		{Name: "ledger", Draw: drawLedger},
		{Name: "closing", Draw: ofMeeting(drawClosing)},
	}
}

// Papers lists the documents.
func Papers() []bot.PaperDef { return minutesPapers() }

// Jobs lists what the business clock starts, at the organisation's hours.
func Jobs(h workday.Hours) []bot.Job {
	daily := fmt.Sprintf("%d %d * * *", h.Digest%60, h.Digest/60)
	return []bot.Job{{Name: "digest", Spec: daily, Run: morning}, {Name: "quota", Spec: daily, Run: warnOfQuota}}
}
