package dingtalktest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

const msgParamLimit = 15000 // bytes

// robotMessage reads msgKey and msgParam, a JSON text, of the sends to groups and
// to people; s.mu is held.
func (s *Server) robotMessage(key, param string) (Message, *failure) {
	refuse := func(code, format string, args ...any) (Message, *failure) {
		said := fmt.Sprintf(format, args...)
		s.Problemf("%s: %s", key, said)
		f := invalid(code, said)
		return Message{}, &f
	}
	if len(param) > msgParamLimit {
		return refuse("msgParam.tooLong", "msgParam has %d bytes, more than %d", len(param), msgParamLimit)
	}
	var in map[string]string
	if err := json.Unmarshal([]byte(param), &in); err != nil {
		return refuse("invalidParameter.msgParam", "msgParam is no JSON object of strings: %v", err)
	}
	wants, known := wantsOf(key)
	if !known {
		return refuse("invalidParameter.msgKey", "there is no such msgKey")
	}
	for _, want := range wants {
		if strings.TrimSpace(in[want]) == "" {
			return refuse("invalidParameter.msgParam", "%s is missing", want)
		}
	}
	for has := range in {
		if !slices.Contains(wants, has) && (key != "sampleLink" || has != "picUrl") {
			return refuse("invalidParameter.msgParam", "it has no %s", has)
		}
	}
	m := Message{By: "robot", Title: in["title"], Body: in["text"]}
	switch key {
	case "sampleText":
		m.Type, m.Body = "text", in["content"]
		m.Title = m.Body
	case "sampleMarkdown":
		m.Type = "markdown"
	case "sampleImageMsg":
		m.Type, m.Body = "image", in["photoURL"]
	case "sampleLink":
		m.Type, m.actions = "link", []Link{{Label: in["title"], URL: in["messageUrl"]}}
	case "sampleFile":
		kept, uploaded := s.files[in["mediaId"]]
		if !uploaded || !slices.Contains(strings.Fields("xlsx pdf zip rar doc docx"), in["fileType"]) {
			return refuse("invalidParameter.msgParam", "mediaId %s was not uploaded, or fileType %s is not allowed", in["mediaId"], in["fileType"])
		}
		m.Type, m.FileName, m.File, m.Title = "file", in["fileName"], kept.content, in["fileName"]
	default:
		m.Type, m.actions = "actionCard", actionsOf(key, in)
	}
	s.check(m)
	return m, nil
}

// wantsOf are the variables of a msgKey; the suffix of an action card is the number
// of its buttons, but the sixth has two of another spelling.
func wantsOf(key string) ([]string, bool) {
	plainKeys := map[string]string{
		"sampleText": "content", "sampleMarkdown": "title text", "sampleImageMsg": "photoURL", "sampleLink": "title text messageUrl",
		"sampleFile": "mediaId fileName fileType", "sampleActionCard": "title text singleTitle singleURL",
		"sampleActionCard6": "title text buttonTitle1 buttonUrl1 buttonTitle2 buttonUrl2",
	}
	if wants, known := plainKeys[key]; known {
		return strings.Fields(wants), true
	}
	number, numbered := strings.CutPrefix(key, "sampleActionCard")
	if !numbered || !slices.Contains([]string{"2", "3", "4", "5"}, number) {
		return nil, false
	}
	wants := []string{"title", "text"}
	for n := '1'; string(n) <= number; n++ {
		wants = append(wants, "actionTitle"+string(n), "actionURL"+string(n))
	}
	return wants, true
}

func actionsOf(key string, in map[string]string) []Link {
	if key == "sampleActionCard" {
		return []Link{{in["singleTitle"], in["singleURL"]}}
	}
	title, address := "actionTitle", "actionURL"
	if key == "sampleActionCard6" {
		title, address = "buttonTitle", "buttonUrl"
	}
	var out []Link
	for n := '1'; in[title+string(n)] != ""; n++ {
		out = append(out, Link{in[title+string(n)], in[address+string(n)]})
	}
	return out
}

// check notes what the platform takes and people then cannot read or touch.
func (s *Server) check(m Message) {
	if m.Type == "text" && m.Body == "" || m.Type == "markdown" && plain(m.Body) == "" {
		s.Problemf("%s: an empty message", m.Type)
	}
	if m.Type == "markdown" || m.Type == "actionCard" {
		if what := unreadable(m.Body); what != "" {
			s.Problemf("%s: it has %s, which is not drawn outside of cards: %q", m.Type, what, m.Body)
		}
	}
	for _, l := range append(linksIn(m.Body), m.actions...) {
		u, err := url.Parse(l.URL)
		if err != nil || !slices.Contains([]string{"http", "https", "dtmd", "dingtalk"}, u.Scheme) {
			s.Problemf("%s: [%s] leads to %q, which nobody can open", m.Type, l.Label, l.URL)
			continue
		}
		if said, sends := spoken(l.URL); u.Scheme == "dtmd" && (!sends || said == "") {
			s.Problemf("%s: [%s] sends nothing: %q", m.Type, l.Label, l.URL)
		}
	}
}

// spoken is what a dtmd link lets a person say, decoded as a client does: a + stays.
func spoken(address string) (string, bool) {
	query, sends := strings.CutPrefix(address, "dtmd://dingtalkclient/sendMessage?content=")
	if !sends {
		return "", false
	}
	said, err := url.PathUnescape(query)
	return said, err == nil
}
