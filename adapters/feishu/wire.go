package feishu

import (
	"encoding/json"
	"strconv"
	"time"

	"huiban/bot"
)

// An envelope is an event as the platform sends it (schema 2.0).
type envelope struct {
	Schema string `json:"schema"`
	Header struct {
		EventID   string `json:"event_id"`
		EventType string `json:"event_type"`
		Token     string `json:"token"`
		AppID     string `json:"app_id"`
		Tenant    string `json:"tenant_key"` // ours
	} `json:"header"`
	Event json.RawMessage `json:"event"`
}

// outside reports whether somebody is of another organisation than the app: such
// people are met in groups that cross organisations. The bot works for its own.
func (e envelope) outside(tenant string) bool {
	return e.Header.Tenant != "" && tenant != "" && tenant != e.Header.Tenant
}

// The event types that are listened to. Any other is acked and forgotten.
const (
	eventMessage     = "im.message.receive_v1"
	eventTap         = "card.action.trigger"
	eventBotAdded    = "im.chat.member.bot.added_v1"
	eventBotDeleted  = "im.chat.member.bot.deleted_v1"
	eventDisbanded   = "im.chat.disbanded_v1"
	eventEntered     = "im.chat.access_event.bot_p2p_chat_entered_v1"
	eventMenu        = "application.bot.menu_v6"
	eventUserAdded   = "im.chat.member.user.added_v1"
	eventUserDeleted = "im.chat.member.user.deleted_v1"
	eventUserLeft    = "contact.user.deleted_v3"
	eventUserChanged = "contact.user.updated_v3"
)

func listened() []string {
	return []string{
		eventMessage, eventBotAdded, eventBotDeleted, eventDisbanded, eventEntered, eventMenu,
		eventUserAdded, eventUserDeleted, eventUserLeft, eventUserChanged,
	}
}

// An identity is a person's ids. Only the open_id is always there.
type identity struct {
	OpenID string `json:"open_id"`
}

func (i identity) account() bot.Account { return bot.Account(Name + ":" + i.OpenID) }

type messageEvent struct {
	Sender struct {
		ID   identity `json:"sender_id"`
		Type string   `json:"sender_type"`

		Tenant string `json:"tenant_key"`
	} `json:"sender"`
	Message struct {
		ID       string    `json:"message_id"`
		Parent   string    `json:"parent_id"`
		Created  string    `json:"create_time"` // milliseconds
		Chat     string    `json:"chat_id"`
		ChatType string    `json:"chat_type"`
		Type     string    `json:"message_type"`
		Content  string    `json:"content"` // JSON in a string
		Mentions []mention `json:"mentions"`
	} `json:"message"`
}

type mention struct {
	Key  string   `json:"key"`
	ID   identity `json:"id"`
	Type string   `json:"mentioned_type"`

	Tenant string `json:"tenant_key"`

	Name string `json:"name"`
}

// A tapEvent is card.action.trigger. Where the card is stands under context; some
// samples show it beside, so both are read.
type tapEvent struct {
	Operator struct {
		identity

		Tenant string `json:"tenant_key"`
	} `json:"operator"`
	Action struct {
		Value     json.RawMessage            `json:"value"`
		Name      string                     `json:"name"`
		FormValue map[string]json.RawMessage `json:"form_value"`
	} `json:"action"`
	Context place `json:"context"`
	place         // beside
}

type place struct {
	Message string `json:"open_message_id"`
	Chat    string `json:"open_chat_id"`
}

func (t tapEvent) where() place {
	if t.Context.Message != "" {
		return t.Context
	}
	return t.place
}

type chatEvent struct {
	Chat     string   `json:"chat_id"`
	Operator identity `json:"operator_id"`
	Users    []struct {
		ID identity `json:"user_id"`
	} `json:"users"`
}

type menuEvent struct {
	Operator struct {
		ID identity `json:"operator_id"`
	} `json:"operator"`
	Key string `json:"event_key"`
}

type userEvent struct {
	Object user `json:"object"`
}

// A user is a person as the contacts API shows one; a field without its scope is
// simply absent.
type user struct {
	OpenID      string   `json:"open_id"`
	UnionID     string   `json:"union_id"`
	Name        string   `json:"name"`
	JobTitle    string   `json:"job_title"`
	Leader      string   `json:"leader_user_id"`
	Departments []string `json:"department_ids"`
	Admin       bool     `json:"is_tenant_manager"`
	Status      struct {
		Resigned bool `json:"is_resigned"`
		Exited   bool `json:"is_exited"`
		Frozen   bool `json:"is_frozen"`
	} `json:"status"`
}

// fromMillis reads a time given as milliseconds in a string; a bad one is zero.
func fromMillis(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(n)
}
