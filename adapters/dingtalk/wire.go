package dingtalk

import (
	"encoding/json"
	"strconv"
	"time"

	"huiban/bot"
)

func account(id string) bot.Account { return bot.Account(Name + ":" + id) }

func chatID(id string) bot.ChatID { return bot.ChatID(Name + ":" + id) }

// A messageData is a robot message, the same over the stream and by HTTP.
type messageData struct {
	Conversation string   `json:"conversationId"`
	Kind         string   `json:"conversationType"` // 1 is alone with the robot, 2 a group
	AtUsers      []atUser `json:"atUsers"`
	Corp         string   `json:"chatbotCorpId"` // ours
	Robot        string   `json:"chatbotUserId"` // its id in atUsers

	Sender      string `json:"senderId"` // encrypted
	SenderName  string `json:"senderNick"`
	SenderStaff string `json:"senderStaffId"` // userId; none of people from outside, and of nobody before the app is published
	SenderCorp  string `json:"senderCorpId"`

	ID           string `json:"msgId"`
	Created      int64  `json:"createAt"` // ms
	Session      string `json:"sessionWebhook"`
	SessionUntil int64  `json:"sessionWebhookExpiredTime"` // ms
	Quoted       string `json:"originalProcessQueryKey"`   // of a message of ours that is quoted; undocumented

	Type string `json:"msgtype"`
	Text struct {
		Content string `json:"content"`
	} `json:"text"`
	Content json.RawMessage `json:"content"`
	Error   json.RawMessage `json:"errorCode"` // 20001 instead of the text: the month's pushes are used up
}

type atUser struct {
	ID    string `json:"dingtalkId"` // encrypted
	Staff string `json:"staffId"`    // userId; none of people from outside
}

func (u atUser) account() bot.Account {
	if u.Staff != "" {
		return account(u.Staff)
	}
	return account(u.ID)
}

func (m messageData) private() bool { return m.Kind != "2" }

// group is the conversation if it is one of several.
func (m messageData) group() string {
	if m.private() {
		return ""
	}
	return m.Conversation
}

func (m messageData) from() bot.Account { return atUser{m.Sender, m.SenderStaff}.account() }

// outside reports whether somebody is of another organisation than the robot's.
func (m messageData) outside() bool {
	return m.SenderCorp != "" && m.Corp != "" && m.SenderCorp != m.Corp
}

// via is by what the answers to a message go back.
func (m messageData) via() string {
	return m.Session + "|" + strconv.FormatInt(m.SessionUntil, 10)
}

func (m messageData) at() time.Time {
	if m.Created <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(m.Created)
}

// A contentData is what a message holds that is no text.
type contentData struct {
	Code        string  `json:"downloadCode"`
	PictureCode string  `json:"pictureDownloadCode"`
	Name        string  `json:"fileName"`
	Recognition string  `json:"recognition"` // of a voice message
	RichText    []piece `json:"richText"`
}

type piece struct {
	Type        string `json:"type"` // empty is a text
	Text        string `json:"text"`
	AtName      string `json:"atName"`
	Code        string `json:"downloadCode"`
	PictureCode string `json:"pictureDownloadCode"`
}

// A tapData is a tap on a card.
type tapData struct {
	Card      string `json:"outTrackId"`
	Corp      string `json:"corpId"`
	User      string `json:"userId"`
	Space     string `json:"spaceType"` // IM_GROUP, IM_ROBOT
	SpaceID   string `json:"spaceId"`
	Content   string `json:"content"` // JSON in a string
	Value     string `json:"value"`   // its name in elder documents
	Extension string `json:"extension"`
}

// group is where the card was tapped if it was in one.
func (d tapData) group() string {
	if d.Space == "IM_ROBOT" {
		return ""
	}
	return d.SpaceID
}

// A tapped is the content of a tap.
type tapped struct {
	Data struct {
		ActionIDs []string                   `json:"actionIds"`
		Params    map[string]json.RawMessage `json:"params"`
	} `json:"cardPrivateData"`
}

// An eventData is what the events that we listen to say. Of a robot's coming and
// going nothing is documented; robotCode instead of userId is what we go by.
type eventData struct {
	Chat     string   `json:"openConversationId"`
	Title    string   `json:"title"`
	Operator string   `json:"operator"`
	Robot    string   `json:"robotCode"`
	Users    []string `json:"userId"`
}

// The events that are listened to. Any other is acked and forgotten.
const (
	eventJoined    = "chat_add_member"
	eventOut       = "chat_remove_member"
	eventDisbanded = "chat_disband"
	eventLeft      = "user_leave_org"
	eventChanged   = "user_modify_org"
)
