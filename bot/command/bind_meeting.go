package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

func binding() []bot.Command {
	return []bot.Command{
		bot.Define("绑定会议", "让另一个群（别的平台也行）和会议所在的群看到一样的内容", bindMeeting).In(headAdmin).Also("会议绑定", "关联群"),
		bot.Define("绑定账号", "您在两个平台上都有账号：让它们算同一个人（私聊发）", bindAccount).In(headAdmin).Also("账号绑定").Tag(),
	}
}

type bindMeetingArgs struct {
	Meeting string `arg:"会议" opt:"rest"`
}

// bindMeeting gives out a code in the meeting's group or privately, takes it in
// another group, and with 解除 undoes it. Whoever prepares the meeting needs no
// code: its number is enough.
func bindMeeting(_ context.Context, t *bot.Turn, a bindMeetingArgs) (bot.Reply, error) {
	typed := strings.TrimSpace(a.Meeting)
	if parts := bindCode.FindStringSubmatch(strings.ToUpper(typed)); parts != nil {
		return bindByCode(t, parts)
	}
	if rest, ok := strings.CutPrefix(typed, "解除"); ok {
		return unbindMeeting(t, strings.TrimSpace(rest))
	}
	if typed != "" && !t.Private {
		m, err := prepared(t, typed)
		if err != nil {
			return bot.Reply{}, err
		}
		if m != nil && !m.Meets(string(t.Chat)) {
			return bindHere(t, m)
		}
	}
	admin, err := isAdmin(t)
	if err != nil {
		return bot.Reply{}, err
	}
	m, err := which(t, typed, func(m *meeting.Meeting) bool { return m.Open() && (admin || m.Prepares(t.Who)) })
	if err != nil {
		return bot.Reply{}, err
	}
	if !t.Private && !m.Meets(string(t.Chat)) {
		return bot.Reply{}, meeting.Refuse("R18", "要把哪个会绑到本群？发“绑定会议 会议编号”，或先在会议所在的群里发“绑定会议”拿绑定码。")
	}
	return giveCode(t, m, admin)
}

// bindCode is a code as it is typed: the meeting, then what nobody can guess.
var bindCode = regexp.MustCompile(`^(\d{1,18})-([2-9A-HJKMNP-Z]{8})$`)

// codeSigns are signs that nobody takes for another.
const codeSigns = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

func giveCode(t *bot.Turn, m *meeting.Meeting, admin bool) (bot.Reply, error) {
	secret := make([]byte, 8)
	for i := range secret {
		secret[i] = codeSigns[t.Random(len(codeSigns))]
	}
	if err := m.OpenTo(t.Who, admin, string(secret), t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	code := strconv.FormatInt(int64(m.ID), 10) + "-" + string(secret)
	return bot.Reply{Text: title(m) + "的绑定码：" + code + "\n到另一个群里@我说“绑定会议 " + code + "”，那个群就和会议所在的群看到一样的内容。一天内有效，用一次就失效。"}, nil
}

// bindByCode never says which part of a code was wrong.
func bindByCode(t *bot.Turn, parts []string) (bot.Reply, error) {
	if t.Private {
		return bot.Reply{}, meeting.Refuse("R18", "绑定码要在群里用：到要绑定的那个群里@我，再发一次。")
	}
	wrong := meeting.Refuse("R18", "绑定码不对，或者已经用过、过期了。请会议的发起人、主持人或记录人再发一次“绑定会议”。")
	id, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return bot.Reply{}, wrong
	}
	m, err := t.Book.Meeting(meeting.MeetingID(id))
	switch {
	case errors.Is(err, meeting.ErrNotFound):
		return bot.Reply{}, wrong
	case err != nil:
		return bot.Reply{}, fmt.Errorf("meeting %d: %w", id, err)
	case !m.Admits(parts[2], t.Now):
		return bot.Reply{}, wrong
	}
	return bindHere(t, m)
}

// bindHere binds the group of the turn, tells the others and shows here where the
// meeting stands.
func bindHere(t *bot.Turn, m *meeting.Meeting) (bot.Reply, error) {
	shut, err := t.Beyond(m.People())
	if err != nil {
		return bot.Reply{}, fmt.Errorf("who reads along: %w", err)
	}
	if err := m.Bind(string(t.Chat), shut, t.Who, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	name, err := groupName(t, string(t.Chat))
	if err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, m, "绑定会议")
	r.groupBut(string(t.Chat), m, "", title(m)+"由"+t.Who.Token()+"绑定到了"+name+"，那里看到的和这里一样。不对的话发“绑定会议 解除”。")
	reply := bot.Reply{Posts: r.posts}
	reply.Text = "本群已绑定" + title(m) + "：预通知、改期、会中记录和纪要的消息这里都有，会上的话也可以在这里@我说。要取消发“绑定会议 解除”。"
	reply.Face, err = standing(t, m)
	return reply, err
}

// standing is the card that shows a group where a meeting stands, if there is one.
func standing(t *bot.Turn, m *meeting.Meeting) (bot.Face, error) {
	f := bot.Face{Of: m.Ref()}
	shut, err := guarded(t, m)
	switch {
	case m.Status == meeting.Noticed:
		f.Name = "notice"
	case m.Status == meeting.Live && shut:
		f.Name = "opened"
	case m.Status == meeting.Live:
		f.Name = "console"
	}
	return f, err
}

// unbindMeeting takes the group of the turn off, or said in the meeting's own
// group or privately every further one.
func unbindMeeting(t *bot.Turn, typed string) (bot.Reply, error) {
	admin, err := isAdmin(t)
	if err != nil {
		return bot.Reply{}, err
	}
	m, err := which(t, typed, func(m *meeting.Meeting) bool { return len(m.Rooms()) > 1 })
	if err != nil {
		return bot.Reply{}, err
	}
	off := m.Rooms()
	off = off[min(1, len(off)):]
	if slices.Contains(off, string(t.Chat)) {
		off = []string{string(t.Chat)}
	}
	if len(off) == 0 {
		return bot.Reply{}, meeting.Refuse("R18", title(m)+"没有绑定别的群。")
	}
	r := tell(t, m, "解除绑定会议")
	r.groupBut(string(t.Chat), m, "", title(m)+"由"+t.Who.Token()+"解除了群的绑定，以后的消息只发到会议所在的群。")
	for _, chat := range off {
		if err := m.Unbind(chat, t.Who, admin, t.Now); err != nil {
			return bot.Reply{}, err
		}
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Toast: fmt.Sprintf("已解除：%s不再发到另外%d个群。", title(m), len(off)), Posts: r.posts}, nil
}

// prepared is the meeting of that name that the person prepares, nil if it is
// none or several.
func prepared(t *bot.Turn, typed string) (*meeting.Meeting, error) {
	mine, err := t.Book.FindMeetings(meeting.MeetingQuery{Involves: t.Who, Open: true})
	if err != nil {
		return nil, fmt.Errorf("meetings of person %d: %w", t.Who, err)
	}
	mine = slices.DeleteFunc(mine, func(m *meeting.Meeting) bool { return !m.Prepares(t.Who) || !calls(m, typed) })
	if len(mine) != 1 {
		return nil, nil //nolint:nilnil // which asks or refuses
	}
	return mine[0], nil
}

func isAdmin(t *bot.Turn) (bool, error) {
	me, err := t.Book.Person(t.Who)
	if err != nil {
		return false, fmt.Errorf("person %d: %w", t.Who, err)
	}
	return me.Admin, nil
}

// groupName is a group as a part of a sentence.
func groupName(t *bot.Turn, chat string) (string, error) {
	g, err := t.Book.Group(bot.ChatID(chat))
	switch {
	case errors.Is(err, meeting.ErrNotFound), err == nil && g.Name == "":
		return "另一个群", nil
	case err != nil:
		return "", fmt.Errorf("group %s: %w", chat, err)
	}
	return "“" + cut(line(g.Name), 20) + "”群", nil
}
