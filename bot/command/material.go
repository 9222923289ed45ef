package command

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

type materialArgs struct {
	Meeting string `arg:"会议"`
	What    string `alias:"链接"       arg:"资料"        opt:"rest files"                                   say:"资料在哪里？请给链接，或私聊发文件。"`
	Focus   string `alias:"重点 看"     arg:"要点"`
	Topic   string `alias:"议题号"      arg:"议题"`
	Pages   string `arg:"页数"`
	Summary string `arg:"摘要"`
}

var (
	linkIn    = regexp.MustCompile(`https?://\S+`)
	dropPiece = regexp.MustCompile(`^(?:去掉|删|删除)\s*第?(\d)`)
	lookAt    = regexp.MustCompile(`(?:请)?(?:重点)?看\S*第\S+$`)
	digitsIn  = regexp.MustCompile(`\d+`)
)

// addMaterial lists something to read before; 资料 无 states that there is
// nothing (R15–R17).
func addMaterial(_ context.Context, t *bot.Turn, a materialArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned, meeting.Noticed)
	if err != nil {
		return bot.Reply{}, err
	}
	what := strings.TrimSpace(a.What)
	switch drop := dropPiece.FindStringSubmatch(what); {
	case what == "无" || what == "没有" || what == "无资料":
		if err := m.StateNoMaterial(t.Who); err != nil {
			return bot.Reply{}, err
		}
		return planSaved(t, m, "已记下没有会前资料")
	case drop != nil:
		n, _ := strconv.Atoi(drop[1])
		if err := m.DropMaterial(t.Who, n); err != nil {
			return bot.Reply{}, err
		}
		return planSaved(t, m, "已去掉这份资料")
	}
	x := a.material(what)
	if len(t.Files) > 0 {
		x.File = &t.Files[0]
		if x.Title == "" || x.Title == x.Link {
			x.Title = t.Files[0].Name
		}
	}
	if err := m.AddMaterial(t.Who, x, t.Now); err != nil {
		return bot.Reply{}, err
	}
	return planSaved(t, m, "已加资料《"+cut(line(x.Title), 20)+"》")
}

// material reads title, link, pages and the part to look at.
func (a materialArgs) material(what string) meeting.Material {
	x := meeting.Material{Focus: line(a.Focus), Summary: line(a.Summary), Link: linkIn.FindString(what)}
	left := strings.TrimSpace(strings.Replace(what, x.Link, " ", 1))
	if look := lookAt.FindString(left); look != "" && x.Focus == "" {
		x.Focus = strings.TrimLeft(look, "请")
		left = strings.TrimSpace(strings.TrimSuffix(left, look))
	}
	x.Title = strings.Trim(line(left), "《》，,。 ")
	if x.Title == "" {
		x.Title = x.Link
	}
	if n := digitsIn.FindString(a.Pages); n != "" {
		x.Pages, _ = strconv.Atoi(n)
	}
	if n := digitsIn.FindString(a.Topic); n != "" {
		x.Topic, _ = strconv.Atoi(n)
	}
	return x
}

// showMaterial lists what is to be read, privately and to whom it is meant for
// only (R18).
func showMaterial(_ context.Context, t *bot.Turn, a prepareOnly) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Noticed, meeting.Planned, meeting.Live))
	if err != nil {
		return bot.Reply{}, err
	}
	if !m.Involves(t.Who) {
		return bot.Reply{}, meeting.Refuse("R18", "资料只给参会人和抄送的人看。要看请告诉发起人"+m.Initiator.Token()+"。")
	}
	if len(m.Materials) == 0 {
		return private(t, bot.Face{}, title(m)+"没有会前资料。"), nil
	}
	lines := []string{title(m) + "的会前资料："}
	for i, x := range m.Materials {
		lines = append(lines, fmt.Sprintf("%d %s", i+1, materialPiece(x)))
		if x.Summary != "" {
			lines = append(lines, "- 摘要："+cut(line(x.Summary), 100))
		}
	}
	return private(t, bot.Face{}, strings.Join(lines, "\n")), nil
}

// materialPiece is a material in a line: its name, pages, what to look at, and the link.
func materialPiece(x meeting.Material) string {
	say := "《" + cut(line(x.Title), 30) + "》"
	if x.Title == x.Link {
		say = ""
	}
	if x.Pages > 0 {
		say += fmt.Sprintf("%d页", x.Pages)
	}
	if x.Focus != "" {
		say += "，" + cut(line(x.Focus), 40)
	}
	if x.Long() && x.Summary != "" {
		say += "（有摘要）"
	}
	return strings.TrimPrefix(strings.TrimSpace(say+" "+x.Link), "，")
}
