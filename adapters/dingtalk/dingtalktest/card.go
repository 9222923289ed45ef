package dingtalktest

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// cardData are the variables of a card in a call, or in the answer to a tap.
type cardData struct {
	CardParamMap map[string]any `json:"cardParamMap"`
}

// cardOptions say whether variables are changed by key, or all of them replaced.
type cardOptions struct {
	UpdateCardDataByKey    bool `json:"updateCardDataByKey"`
	UpdatePrivateDataByKey bool `json:"updatePrivateDataByKey"`
}

// cardCall is what the calls about cards say; each uses a part of it.
type cardCall struct {
	CardTemplateID string
	OutTrackID     string
	CallbackType   string
	UserIDType     int
	CardData       cardData
	PrivateData    map[string]cardData

	CardUpdateOptions cardOptions

	OpenSpaceID string

	ImGroupOpenSpaceModel, ImRobotOpenSpaceModel *struct {
		SupportForward  *bool
		LastMessageI18n map[string]string
		Notification    map[string]any
		CardAtUserIDs   []string
	}
	ImGroupOpenDeliverModel, ImRobotOpenDeliverModel *struct {
		RobotCode, SpaceType string
		AtUserIDs            map[string]string
		Recipients           []string
	}
}

func (s *Server) createAndDeliver(c *call) answer {
	return s.cardCall(c, func(in *cardCall) answer {
		if f := s.place(in); f != nil {
			return c.refuse(*f)
		}
		if f := s.create(in); f != nil {
			return c.refuse(*f)
		}
		return ok(map[string]any{"success": true, "result": map[string]any{"outTrackId": in.OutTrackID, "deliverResults": s.deliver(in)}})
	})
}

func (s *Server) createCard(c *call) answer {
	return s.cardCall(c, func(in *cardCall) answer {
		if f := s.create(in); f != nil {
			return c.refuse(*f)
		}
		return ok(map[string]any{"success": true, "result": in.OutTrackID})
	})
}

func (s *Server) deliverCard(c *call) answer {
	return s.cardCall(c, func(in *cardCall) answer {
		if s.cards[in.OutTrackID] == nil {
			return c.refuse(invalid("param.cardNotExist", "卡片不存在"))
		}
		if f := s.place(in); f != nil {
			return c.refuse(*f)
		}
		return ok(map[string]any{"success": true, "result": s.deliver(in)})
	})
}

// updateCard changes the card for everybody who has it.
func (s *Server) updateCard(c *call) answer {
	return s.cardCall(c, func(in *cardCall) answer {
		known := s.cards[in.OutTrackID]
		if known == nil {
			return c.refuse(invalid("param.cardNotExist", "卡片不存在"))
		}
		params, private, f := s.values(in, s.templates[known.look.ID])
		if f != nil {
			return c.refuse(*f)
		}
		now := time.Now()
		if s.rates && now.Sub(known.updated) < 450*time.Millisecond {
			s.Problemf("rate: card %s was updated twice within half a second", known.id)
		}
		known.before = append(slices.Clip(known.before), known.params)
		if in.CardData.CardParamMap != nil {
			known.params = s.merged(known, known.params, params, in.CardUpdateOptions.UpdateCardDataByKey)
		}
		all := maps.Clone(known.private)
		for id, own := range private {
			all[id] = s.merged(known, all[id], own, in.CardUpdateOptions.UpdatePrivateDataByKey)
		}
		known.private, known.views = all, map[string]map[string]string{}
		known.edits++
		known.updated = now
		s.Touch()
		return ok(map[string]any{"success": true, "result": true})
	})
}

// cardCall reads a call; h runs under s.mu.
func (s *Server) cardCall(c *call, h func(*cardCall) answer) answer {
	var in cardCall
	if !s.Decode(c.Call, &in) {
		return c.refuse(invalid("invalidParameter", "参数错误"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.OutTrackID == "" || len(in.OutTrackID) > 100 {
		s.Problemf("%s: outTrackId has %d bytes; 1 to 100 are allowed", c.URL.Path, len(in.OutTrackID))
		return c.refuse(invalid("invalidParameter.outTrackId", "outTrackId 不合法"))
	}
	return h(&in)
}

// merged are the variables after a change: by key, or all of them replaced, which
// wipes what is not named. s.mu is held.
func (s *Server) merged(c *card, old, changes map[string]string, byKey bool) map[string]string {
	if byKey {
		out := maps.Clone(old)
		if out == nil {
			out = map[string]string{}
		}
		maps.Copy(out, changes)
		return out
	}
	for name := range old {
		if _, stays := changes[name]; !stays {
			s.Problemf("card %s: without updating by key the variable %s is wiped", c.id, name)
		}
	}
	return changes
}

// create makes a card; s.mu is held.
func (s *Server) create(in *cardCall) *failure {
	if s.cards[in.OutTrackID] != nil {
		return &cardExists
	}
	t, known := s.templates[in.CardTemplateID]
	switch {
	case !known:
		f := invalid("param.templateNotExist", "卡片模板不存在")
		return &f
	case t.Unpublished:
		f := invalid("param.templateUnpublished", "卡片模板未发布")
		return &f
	}
	if in.CallbackType != "STREAM" {
		s.Problemf("card %s: callbackType is %q, not STREAM: taps will reach nobody", in.OutTrackID, in.CallbackType)
	}
	if len(in.CardData.CardParamMap) == 0 {
		s.Problemf("card %s is created empty, which some clients show as blank for ever", in.OutTrackID)
	}
	params, private, f := s.values(in, t)
	if f != nil {
		return f
	}
	s.cards[in.OutTrackID] = &card{
		look: t, id: in.OutTrackID, stream: in.CallbackType == "STREAM", byUnion: in.UserIDType == 2,
		params: params, private: private, views: map[string]map[string]string{},
	}
	return nil
}

// values checks the variables of a call, common and private; the private ones come
// by userId. s.mu is held.
func (s *Server) values(in *cardCall, t Template) (params map[string]string, private map[string]map[string]string, f *failure) {
	if in.UserIDType != 1 && in.UserIDType != 2 {
		s.Problemf("card %s: userIdType %d says neither userId (1) nor unionId (2)", in.OutTrackID, in.UserIDType)
	}
	params, err := s.variables(in.CardData, t)
	private = map[string]map[string]string{}
	for id, data := range in.PrivateData {
		p := s.named(id, in.UserIDType)
		if p == nil {
			s.Problemf("card %s: privateData for %q, who is nobody", in.OutTrackID, id)
			continue
		}
		own, wrong := s.variables(data, t)
		private[p.UserID], err = own, cmp.Or(err, wrong)
	}
	if err != "" {
		s.Problemf("card %s: %s", in.OutTrackID, err)
		refused := invalid("invalidParameter.cardParamMap", err)
		return nil, nil, &refused
	}
	return params, private, nil
}

// variables reads a cardParamMap; what the platform takes and clients do not
// understand is a problem only. s.mu is held.
func (s *Server) variables(data cardData, t Template) (map[string]string, string) {
	out, size := map[string]string{}, 0
	for name, value := range data.CardParamMap {
		text, isText := value.(string)
		if !isText {
			return nil, fmt.Sprintf("the variable %s is no string: %v", name, value)
		}
		if len(name) > 100 {
			return nil, fmt.Sprintf("the variable %s has a name of more than 100 bytes", name)
		}
		if !slices.Contains(t.variables(), name) {
			s.Problemf("card: the template has no variable %s", name)
		}
		size += len(name) + len(text)
		out[name] = text
	}
	if size > 100<<10 {
		return nil, fmt.Sprintf("the variables have %d bytes, more than 100 KB", size)
	}
	if _, err := readButtons(out[t.Buttons]); err != nil {
		s.Problemf("card: variable %s: %v", t.Buttons, err)
	}
	if _, err := readForm(out[t.Form]); err != nil {
		s.Problemf("card: variable %s: %v", t.Form, err)
	}
	if has := out[t.HasForm]; has != "" && has != "true" && has != "false" {
		s.Problemf("card: variable %s is %q, neither true nor false", t.HasForm, has)
	}
	if strings.Contains(out[t.Body], "dtmd://") {
		s.Problemf("card: a dtmd link in the markdown of a card does nothing")
	}
	return out, ""
}

// named is a person by the kind of id that a call uses; s.mu is held.
func (s *Server) named(id string, userIDType int) *Person {
	return s.member(func(p *Person) bool {
		if userIDType == 2 {
			return p.UnionID == id
		}
		return p.UserID == id
	})
}

const spacePrefix = "dtv1.card//"

// spaces are what an openSpaceId names: the kind and whom.
func spaces(openSpaceID string) (out [][2]string, well bool) {
	list, prefixed := strings.CutPrefix(openSpaceID, spacePrefix)
	if !prefixed {
		return nil, false
	}
	for one := range strings.SplitSeq(list, ";") {
		kind, id, two := strings.Cut(one, ".")
		if !two || id == "" || kind != "IM_GROUP" && kind != "IM_ROBOT" {
			return nil, false
		}
		out = append(out, [2]string{kind, id})
	}
	return out, true
}

// place checks what a call says of the spaces that it delivers to; s.mu is held.
func (s *Server) place(in *cardCall) *failure {
	list, well := spaces(in.OpenSpaceID)
	if !well {
		s.Problemf("card %s: openSpaceId %q", in.OutTrackID, in.OpenSpaceID)
		f := invalid("param.openSpaceIdInvalid", "openSpaceId 不合法")
		return &f
	}
	for _, space := range list {
		model, deliver := in.ImGroupOpenSpaceModel, in.ImGroupOpenDeliverModel
		if space[0] == "IM_ROBOT" {
			model, deliver = in.ImRobotOpenSpaceModel, in.ImRobotOpenDeliverModel
		}
		wrong := ""
		switch {
		case deliver == nil || deliver.RobotCode != s.o.ClientID:
			wrong = "the deliver model names no robotCode, or not this app's"
		case space[0] == "IM_ROBOT" && deliver.SpaceType != "IM_ROBOT":
			wrong = "the deliver model has not the spaceType IM_ROBOT"
		case model == nil || model.SupportForward == nil:
			wrong = "the space model does not say supportForward"
		}
		if wrong != "" {
			s.Problemf("card %s: %s: %s", in.OutTrackID, space[0], wrong)
			return &failure{http.StatusBadRequest, "invalidParameter." + space[0], 0, "", wrong, nil}
		}
	}
	return nil
}

// deliver puts the card into its spaces; what fails is said in the answer, which is
// a success all the same. s.mu is held.
func (s *Server) deliver(in *cardCall) []any {
	list, _ := spaces(in.OpenSpaceID)
	out := []any{}
	for _, space := range list {
		m, why := s.inSpace(in, space[0], space[1])
		if why == "" && s.faults.Strikes(NotDelivered, cmp.Or(m.To, m.Chat)) {
			why = "deliver failed"
		}
		one := map[string]any{"spaceType": space[0], "spaceId": space[1], "success": why == "", "errorMsg": why}
		if why == "" {
			m.QueryKey = s.ID("query-")
			one["carrierId"] = m.QueryKey
			s.keep(m)
		}
		out = append(out, one)
	}
	return out
}

// inSpace is the card as a message of one space, or why it cannot be there; s.mu is held.
func (s *Server) inSpace(in *cardCall, kind, id string) (m Message, why string) {
	m = Message{By: "card", Type: "card", OutTrackID: in.OutTrackID}
	if kind == "IM_ROBOT" {
		p := s.named(id, in.UserIDType)
		if p == nil || p.OutOfScope {
			return m, "spaceId is illegal"
		}
		m.Chat, m.To, m.Title = single(p.UserID), p.UserID, in.ImRobotOpenSpaceModel.LastMessageI18n["ZH_CN"]
		return m, ""
	}
	if _, f := s.inGroup(id); f != nil {
		return m, "spaceId is illegal"
	}
	m.Chat, m.Title = id, in.ImGroupOpenSpaceModel.LastMessageI18n["ZH_CN"]
	for _, whom := range slices.Sorted(maps.Keys(in.ImGroupOpenDeliverModel.AtUserIDs)) {
		p := s.named(whom, in.UserIDType)
		switch {
		case whom == "@ALL":
			m.Notified = append(m.Notified, whom)
		case p == nil || !s.reads(p.UserID, id):
			s.Problemf("card %s: %q in atUserIds is nobody of the group", in.OutTrackID, whom)
		default:
			m.Notified = append(m.Notified, p.UserID)
		}
	}
	for _, whom := range in.ImGroupOpenDeliverModel.Recipients {
		if p := s.named(whom, in.UserIDType); p != nil {
			m.OnlyFor = append(m.OnlyFor, p.UserID)
		}
	}
	return m, ""
}
