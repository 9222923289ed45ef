package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// The shares of a month's quota at which administrators are told, in percent.
const (
	quotaNear = 80
	quotaGone = 100
)

// forecastFrom is the day of the month from which on its end can be guessed.
const forecastFrom = 3

// spares says what stops first when a month's calls run out.
const spares = "快用完时先停卡片更新（95%），再停发给个人的通知和提醒（97%）；群里的和对您的回答留到最后。没发出的，说“未送达”都能看到。"

// quota tells an administrator what each platform has left of its month.
func quota(_ context.Context, t *bot.Turn, _ struct{}) (bot.Reply, error) {
	me, err := t.Book.Person(t.Who)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("person %d: %w", t.Who, err)
	}
	if !me.Admin {
		return bot.Reply{Toast: "额度请管理员来看：平台通讯录里的管理员对我说“额度”。"}, nil
	}
	usages := t.Usages()
	if len(usages) == 0 {
		return bot.Reply{Toast: "现在接入的平台我没有按额度管；全部用量请看平台的管理后台。"}, nil
	}
	var lines []string
	for _, u := range usages {
		lines = append(lines, u.Name+monthName(u.Month)+"的额度：")
		for _, m := range u.Meters {
			lines = append(lines, "- "+meterLine(m, t.Now))
		}
	}
	lines = append(lines, spares, "额度是整个企业的应用共用的，这里只有会办用掉的；全部用量看平台的管理后台。")
	return private(t, bot.Face{}, strings.Join(lines, "\n")), nil
}

// meterLine is one quota: how much of it is used, where that leads, and by what.
func meterLine(m bot.Meter, now time.Time) string {
	if m.Limit <= 0 {
		return fmt.Sprintf("%s：%d次", m.Name, m.Used)
	}
	out := fmt.Sprintf("%s：用了%d次，共%d次（%d%%）", m.Name, m.Used, m.Limit, percent(m))
	if end, ok := monthEnd(m.Used, now); ok {
		out += fmt.Sprintf("，照这样月底约%d次，", end)
		if end > m.Limit {
			out += "不够用"
		} else {
			out += "够用"
		}
	}
	if most := biggest(m); most != "" {
		out += "。最多的是" + most
	}
	return out
}

// monthName is 2026-08 as people say it.
func monthName(month string) string {
	at, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return at.Format("2006年1月")
}

func percent(m bot.Meter) int { return m.Used * 100 / m.Limit }

// monthEnd is what a month comes to if it goes on like this.
func monthEnd(used int, now time.Time) (int, bool) {
	now = now.In(workday.Zone)
	begin := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, workday.Zone)
	if now.Day() < forecastFrom {
		return 0, false
	}
	return int(float64(used) * float64(begin.AddDate(0, 1, 0).Sub(begin)) / float64(now.Sub(begin))), true
}

// biggest are the three kinds of call that used most.
func biggest(m bot.Meter) string {
	var parts []string
	for _, u := range m.Uses[:min(len(m.Uses), 3)] {
		parts = append(parts, u.Kind+strconv.Itoa(u.N)+"次")
	}
	return strings.Join(parts, "、")
}

// warnOfQuota tells the administrators once of each quota and step that is
// reached, in the morning of a working day.
func warnOfQuota(_ context.Context, t *bot.Turn) (bot.Reply, error) {
	if !t.Calendar.Working(t.Now) || t.Calendar.Quiet(t.Now) {
		return bot.Reply{}, nil
	}
	var r bot.Reply
	for _, u := range t.Usages() {
		for i, m := range u.Meters {
			step := reached(m)
			if step == 0 {
				continue
			}
			people, err := t.Book.Everyone()
			if err != nil {
				return bot.Reply{}, fmt.Errorf("people: %w", err)
			}
			for _, p := range people {
				if p.Admin && p.Active {
					r.Posts = append(r.Posts, warning(p.ID, u, m, i, step))
				}
			}
		}
	}
	return r, nil
}

func reached(m bot.Meter) int {
	switch {
	case m.Limit <= 0 || percent(m) < quotaNear:
		return 0
	case percent(m) < quotaGone:
		return quotaNear
	}
	return quotaGone
}

func warning(to meeting.PersonID, u bot.Usage, m bot.Meter, index, step int) bot.Post {
	say := fmt.Sprintf("%s本月的%s已用%d%%（%d/%d次）", u.Name, m.Name, percent(m), m.Used, m.Limit)
	if step == quotaGone {
		say = fmt.Sprintf("%s本月的%s用完了（%d/%d次），到下月1日才恢复", u.Name, m.Name, m.Used, m.Limit)
	}
	if most := biggest(m); most != "" {
		say += "，最多的是" + most
	}
	return bot.Post{
		Key: fmt.Sprintf("quota/%s/%s/%d/%d/p%d", u.Platform, u.Month, index, step, to), To: bot.To{Person: to}, Why: "额度", Class: bot.ClassAnswer,
		Text: say + "。" + spares + "要加量，请在平台的管理后台升级版本或买次数包。",
	}
}
