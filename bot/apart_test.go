package bot

import (
	"context"
	"slices"
	"testing"

	"huiban/bot/meeting"
	"huiban/bot/talk"
)

// R36: who was mentioned somewhere stands where his name does, unless it might be
// somebody else's; the others stand nowhere yet.
func TestR36_PeopleMentionedApartStandWhereTheirNamesDo(t *testing.T) {
	lin, linger := meeting.Person{ID: 1, Name: "林晓"}, talk.Person{Token: "@{p9}", Name: "林晓东"}
	xu, twin := meeting.Person{ID: 2, Name: "许哲"}, meeting.Person{ID: 3, Name: "许哲"}
	for _, test := range []struct {
		text  string
		apart []meeting.Person
		known []talk.Person
		want  string
		left  []string
	}{
		{"待办 写文档", nil, nil, "待办 写文档", nil},
		{"待办 写文档", []meeting.Person{lin}, nil, "待办 写文档", []string{"@{p1}"}},
		{"让林晓明天交文档", []meeting.Person{lin}, nil, "让@{p1} 明天交文档", nil},
		{"主持:@林晓 记录:许哲", []meeting.Person{lin, xu}, nil, "主持:@{p1}  记录:@{p2} ", nil},
		{"请林晓东看", []meeting.Person{lin}, []talk.Person{linger}, "请林晓东看", []string{"@{p1}"}},
		{"请林晓看", []meeting.Person{lin}, []talk.Person{linger}, "请@{p1} 看", nil},
		{"请许哲看", []meeting.Person{xu, twin}, nil, "请许哲看", []string{"@{p2}", "@{p3}"}},
		{"看一下", []meeting.Person{{ID: 4}}, nil, "看一下", []string{"@{p4}"}},
	} {
		got, left := named(test.text, test.apart, test.known)
		if got != test.want || !slices.Equal(left, test.left) {
			t.Errorf("%s: %q, left %q; want %q, left %q", test.text, got, left, test.want, test.left)
		}
	}
}

// R33: a pronoun stands for who was mentioned; without one he stands in front.
func TestR33_APronounIsWhoWasMentioned(t *testing.T) {
	for text, want := range map[string]string{
		"明天让他交文档":  "让@{p1} 明天交文档",
		"麻烦她们看一下":  "麻烦@{p1} 看一下",
		"周五前把初稿交上": "@{p1} 周五前把初稿交上",
		"他说周五交":    "@{p1} 他说周五交",
	} {
		if got := addressed(text, "@{p1}"); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// R36: names in places for people are looked for as if they were typed behind an @.
func TestR36_NamesInPlacesForPeopleAreAddressed(t *testing.T) {
	type roles struct {
		Host   meeting.PersonID   `arg:"主持" alias:"主持人"`
		Record meeting.PersonID   `arg:"记录"`
		With   []meeting.PersonID `arg:"参会人" alias:"参会"`
		Topic  string             `arg:"议题" opt:"rest"`
	}
	handler := func(context.Context, *Turn, roles) (Reply, error) { return Reply{}, nil }
	e := &Engine{places: placesFor([]Command{Define("分工", "", handler)})}
	for text, want := range map[string]string{
		"分工 主持:周敏 记录：欧阳娜娜":       "分工 主持:@周敏 记录：@欧阳娜娜",
		"参会:许哲、陈立，赵倩 主持人: 周敏":    "参会:@许哲、@陈立、@赵倩 主持人: @周敏",
		"分工 主持:@周敏 议题:安全 地点:会议室": "分工 主持:@周敏 议题:安全 地点:会议室",
		"主持:周敏主持得很好":             "主持:周敏主持得很好",
		"主持一下明天的会":               "主持一下明天的会",
		"记录:许哲":                  "记录:@许哲",
	} {
		if got := e.addressing(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
