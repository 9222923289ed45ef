package dingtalktest

import (
	"maps"
	"slices"
	"strings"
)

// messageData is what the app is pushed of a message; s.mu is held.
func (s *Server) messageData(m Message, sp speech, parts []part) map[string]any {
	from, group := s.people[m.From], s.groups[m.Chat]
	published := !s.faults.Strikes(NoStaffID, m.Chat)
	webhook, until := s.sessionFor(m.Chat)
	out := map[string]any{
		"conversationId": m.Chat, "conversationType": "1", "chatbotCorpId": s.o.CorpID, "chatbotUserId": robotDingtalkID, "robotCode": s.o.ClientID,
		"senderId": encrypted(from.UserID), "senderNick": from.Name, "senderPlatform": "Mac", "msgId": m.ID, "msgtype": m.Type,
		"createAt": m.At.UnixMilli(), "sessionWebhook": webhook, "sessionWebhookExpiredTime": until.UnixMilli(),
	}
	if published && !from.External {
		out["senderStaffId"], out["senderUnionId"], out["senderCorpId"] = from.UserID, from.UnionID, s.o.CorpID
		out["isAdmin"] = from.Admin
	}
	if group != nil {
		out["conversationType"], out["conversationTitle"], out["isInAtList"] = "2", group.Name, true
		out["atUsers"] = s.atUsers(parts, published)
	}
	month := s.month()
	if s.faults.Strikes(QuotaNotice, m.Chat) || s.o.MonthlyPushes > 0 && month.Pushes >= s.o.MonthlyPushes {
		out["errorCode"], out["errorMessage"] = 20001, "企业本月的 Stream 推送次数已用完"
		return out
	}
	maps.Copy(out, s.content(m, sp, parts))
	return out
}

// atUsers are all who were mentioned, the robot among them, in an order that has
// nothing to do with the text; s.mu is held.
func (s *Server) atUsers(parts []part, published bool) []any {
	byID := map[string]any{}
	for _, p := range parts {
		switch {
		case p.robot:
			byID[robotDingtalkID] = map[string]any{"dingtalkId": robotDingtalkID}
		case p.userID != "":
			one := map[string]any{"dingtalkId": encrypted(p.userID)}
			if whom := s.people[p.userID]; published && !whom.External {
				one["staffId"], one["unionId"] = whom.UserID, whom.UnionID
			}
			byID[encrypted(p.userID)] = one
		}
	}
	var out []any
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		out = append(out, byID[id])
	}
	return out
}

// content is the part that depends on msgtype; s.mu is held.
func (s *Server) content(m Message, sp speech, parts []part) map[string]any {
	switch m.Type {
	case "text":
		text := map[string]any{"content": s.bare(m.Chat, parts)}
		if sp.quoted != nil {
			text["isReplyMsg"], text["repliedMsg"] = true, quote(*sp.quoted)
		}
		return map[string]any{"text": text}
	case "richText":
		runs := []any{}
		for _, p := range parts {
			if p.robot || p.userID != "" {
				runs = append(runs, map[string]any{"type": "at", "atName": strings.TrimPrefix(p.text, "@")})
			} else {
				runs = append(runs, map[string]any{"text": p.text})
			}
		}
		for _, picture := range sp.pictures {
			runs = append(runs, map[string]any{"type": "picture", "downloadCode": s.store(file{"picture.png", picture})})
		}
		return map[string]any{"content": map[string]any{"richText": runs}}
	}
	content := map[string]any{"downloadCode": s.store(sp.file)}
	if m.Type == "file" {
		content["fileName"] = m.FileName
	}
	return map[string]any{"content": content}
}

// bare is a text without its mentions, which are lost with their places; s.mu is held.
func (s *Server) bare(chat string, parts []part) string {
	var out strings.Builder
	keep := s.faults.Strikes(RobotNameLeft, chat)
	for _, p := range parts {
		if p.userID == "" && (!p.robot || keep) {
			out.WriteString(p.text)
		}
	}
	return out.String()
}

// quote is what is pushed of a quoted message: of a card, that it is one.
func quote(m Message) map[string]any {
	out := map[string]any{"msgId": m.ID, "msgType": m.Type, "createdAt": m.At.UnixMilli(), "senderId": robotDingtalkID}
	if m.From != "" {
		out["senderId"] = encrypted(m.From)
	}
	switch m.Type {
	case "card":
		out["msgType"] = "interactiveCard"
	case "file":
		out["content"] = map[string]any{"fileName": m.FileName}
	default:
		out["content"] = map[string]any{"text": m.Text()}
	}
	return out
}
