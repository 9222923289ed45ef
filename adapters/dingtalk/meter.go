package dingtalk

import (
	"cmp"
	"slices"

	"huiban/bot"
	"huiban/bot/workday"
)

// The shares of the month's calls from which on what can be spared is not sent:
// changes of cards first, then what goes to single people, so that groups, and
// those who ask, are served to the end.
const (
	editsUntil  = 0.95
	personUntil = 0.97
)

// pushed are the kinds that count as pushes; free is of no quota that is known.
func pushed(k Kind) bool { return k == KindHeard || k == KindTap || k == KindEvent }

func free(k Kind) bool { return k == KindSession }

// rationed refuses what is to be spared this month.
func (p *Platform) rationed(o bot.Out) error {
	if p.o.MonthlyCalls <= 0 || p.o.Spent == nil || o.Class == bot.ClassAnswer {
		return nil
	}
	calls, _, _ := p.spent()
	share := float64(sum(calls)) / float64(p.o.MonthlyCalls)
	switch {
	case (o.Edit != "" || o.Class == bot.ClassEdit) && share >= editsUntil,
		o.Class == bot.ClassNews && share >= personUntil,
		o.Class == bot.ClassReminder && o.Chat == "" && share >= personUntil:
		return bot.Unsendable(wordSaving)
	}
	return nil
}

// spent are the uses of this month by what they count as, the biggest first.
func (p *Platform) spent() (calls, pushes, others []bot.Use) {
	if p.o.Spent == nil {
		return nil, nil, nil
	}
	for k, n := range p.o.Spent() {
		use := bot.Use{Kind: string(k), N: n}
		switch {
		case n <= 0:
		case pushed(k):
			pushes = append(pushes, use)
		case free(k):
			others = append(others, use)
		default:
			calls = append(calls, use)
		}
	}
	for _, list := range [][]bot.Use{calls, pushes, others} {
		slices.SortFunc(list, func(a, b bot.Use) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Kind, b.Kind)) })
	}
	return calls, pushes, others
}

func sum(uses []bot.Use) (n int) {
	for _, u := range uses {
		n += u.N
	}
	return n
}

// Usage implements bot.Metered.
func (p *Platform) Usage() bot.Usage {
	calls, pushes, others := p.spent()
	out := bot.Usage{
		Name: "钉钉", Month: p.o.Now().In(workday.Zone).Format("2006-01"),
		Meters: []bot.Meter{
			{Name: "接口调用", Used: sum(calls), Limit: p.o.MonthlyCalls, Uses: calls},
			{Name: "消息推送", Used: sum(pushes), Limit: p.o.MonthlyPushes, Uses: pushes},
		},
	}
	if len(others) > 0 {
		out.Meters = append(out.Meters, bot.Meter{Name: "会话回复（是否计入没有说明）", Used: sum(others), Uses: others})
	}
	return out
}
