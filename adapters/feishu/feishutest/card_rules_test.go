package feishutest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// isKnown knows ou_ann and the two people of the sample cards.
func isKnown(openID string) bool {
	return openID == "ou_ann" || openID == "ou_3c1a9b7de2" || openID == "ou_77ab0c9d1f"
}

func sampleCard(t testing.TB, name string) []byte {
	t.Helper()

	content, err := os.ReadFile(filepath.Join("testdata", "cards", name))
	if err != nil {
		t.Fatal(err)
	}

	return content
}

// cardOf is a sound card around elements.
func cardOf(elements ...string) string {
	return `{"schema":"2.0","body":{"elements":[` + strings.Join(elements, ",") + `]}}`
}

// formOf is a sound form around elements.
func formOf(elements ...string) string {
	return `{"tag":"form","name":"f","elements":[` + strings.Join(append(elements, submitButton), ",") + `]}`
}

// many is n copies; %d in a copy is its number.
func many(n int, element string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.ReplaceAll(element, "%d", fmt.Sprint(i))
	}

	return out
}

// cardOfSize is a sound card but for its size in bytes.
func cardOfSize(size int) string {
	empty := cardOf(`{"tag":"markdown","content":""}`)

	return strings.Replace(empty, `"content":"`, `"content":"`+strings.Repeat("x", size-len(empty)), 1)
}

// columnSets is n containers in one another.
func columnSets(n int) string {
	const begin = `{"tag":"column_set","columns":[{"tag":"column","elements":[`

	return strings.Repeat(begin, n) + `{"tag":"hr"}` + strings.Repeat(`]}]}`, n)
}

func headed(header string) string {
	return `{"schema":"2.0","header":` + header + `,"body":{"elements":[]}}`
}

func tableOf(columns, rows string) string {
	return `{"tag":"table","columns":[` + columns + `],"rows":[` + rows + `]}`
}

const (
	submitButton = `{"tag":"button","name":"go","text":{"tag":"plain_text","content":"提交"},"form_action_type":"submit"}`
	plainText    = `{"tag":"plain_text","content":"字"}`
	oneOption    = `{"text":` + plainText + `,"value":"a"}`
	tapBack      = `"behaviors":[{"type":"callback","value":{"a":1}}]`
	textColumn   = `{"name":"c","data_type":"text"}`
)

func TestSoundCards(t *testing.T) {
	t.Parallel()

	for name, content := range map[string]string{
		"form":                 string(sampleCard(t, "form.json")),
		"task":                 string(sampleCard(t, "task.json")),
		"notice":               string(sampleCard(t, "notice.json")),
		"200 elements":         cardOf(many(200, `{"tag":"hr"}`)...),
		"30 KB":                cardOfSize(30 << 10),
		"5 containers":         cardOf(columnSets(5)),
		"5 tables":             cardOf(many(5, tableOf(textColumn, `{"c":"x"}`))...),
		"all header":           headed(`{"title":` + plainText + `,"template":"default"}`),
		"at all":               cardOf(`{"tag":"markdown","content":"<at id=all></at> <at email=\"a@b.cn\"></at>"}`),
		"people of the chat":   cardOf(`{"tag":"select_person","placeholder":` + plainText + `}`),
		"people given":         cardOf(`{"tag":"select_person","options":[{"value":"ou_ann"}],"initial_option":"ou_ann"}`),
		"pickers with initial": cardOf(`{"tag":"date_picker","initial_date":"2026-02-28"}`, `{"tag":"picker_time","initial_time":"09:05"}`, `{"tag":"picker_datetime","initial_datetime":"2026-12-31 23:59"}`),
		"longest input":        cardOf(formOf(`{"tag":"input","name":"i","max_length":1000,"default_value":"` + strings.Repeat("字", 1000) + `","placeholder":{"tag":"plain_text","content":"` + strings.Repeat("字", 100) + `"}}`)),
		"every type of textColumn": cardOf(tableOf(
			`{"name":"t","data_type":"text"},{"name":"l","data_type":"lark_md"},{"name":"m","data_type":"markdown"},{"name":"n","data_type":"number"},`+
				`{"name":"d","data_type":"date"},{"name":"o","data_type":"options"},{"name":"p","data_type":"persons"}`,
			`{"t":"x","l":"**x**","m":"<at id=ou_ann></at>","n":1.5,"d":1764060000000,"o":[{"text":"x","color":"red"}],"p":["ou_ann"]}`)),
		"panel, box, people, overflow": cardOf(
			`{"tag":"collapsible_panel","header":{"title":`+plainText+`},"elements":[{"tag":"div","text":`+plainText+`}]}`,
			`{"tag":"interactive_container",`+tapBack+`,"elements":[{"tag":"person","user_id":"ou_ann"}]}`,
			`{"tag":"person_list","persons":[{"id":"ou_gone"}],"drop_invalid_user_id":true}`,
			`{"tag":"overflow","options":[`+oneOption+`]}`, `{"tag":"checker","text":`+plainText+`}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for _, problem := range ValidateCard([]byte(content), isKnown) {
				t.Error(problem)
			}
		})
	}
}

// TestBrokenCards breaks one rule in each card, and wants that problem and no other.
func TestBrokenCards(t *testing.T) {
	t.Parallel()

	for _, broken := range []struct{ rule, content, want string }{
		{"JSON", `{"schema":"2.0"`, "JSON object"},
		{"an object", `[]`, "JSON object"},
		{"no null", `null`, "JSON object"},
		{"schema", `{"schema":"1.0","body":{"elements":[]}}`, `schema is "1.0", not "2.0"`},
		{"schema is there", `{"body":{"elements":[]}}`, `schema is "", not "2.0"`},
		{"body is there", `{"schema":"2.0"}`, "the card has no body"},
		{"size", cardOfSize(30<<10 + 1), "the card has 30721 bytes, more than 30720"},
		{"elements", cardOf(many(201, `{"tag":"hr"}`)...), "the card has 201 elements, more than 200"},
		{"texts are elements", cardOf(many(101, `{"tag":"div","text":`+plainText+`}`)...), "the card has 202 elements, more than 200"},
		{"nesting", cardOf(columnSets(6)), "column_set: containers nest deeper than 5"},
		{"tables", cardOf(many(6, tableOf(textColumn, ""))...), "the card has 6 tables, more than 5"},
		{"control character", cardOf(`{"tag":"markdown","content":"a\u0007"}`), "control character"},

		{"root property", `{"schema":"2.0","elements":[],"body":{"elements":[]}}`, `the card: unknown property "elements"`},
		{"config property", `{"schema":"2.0","config":{"wide_screen_mode":true},"body":{"elements":[]}}`, `config: unknown property "wide_screen_mode"`},
		{"shared", `{"schema":"2.0","config":{"update_multi":false},"body":{"elements":[]}}`, "config: update_multi may only be true"},
		{"width mode", `{"schema":"2.0","config":{"width_mode":"wide"},"body":{"elements":[]}}`, "config: width_mode wide is not one of default, compact, fill"},
		{"summary", `{"schema":"2.0","config":{"summary":{"text":"x"}},"body":{"elements":[]}}`, `config summary: unknown property "text"`},
		{"link", `{"schema":"2.0","card_link":{"href":"x"},"body":{"elements":[]}}`, `card_link: unknown property "href"`},
		{"header property", headed(`{"title":` + plainText + `,"color":"red"}`), `header: unknown property "color"`},
		{"header title", headed(`{}`), "header: the title is missing"},
		{"template", headed(`{"title":` + plainText + `,"template":"pink"}`), "header: template pink is not one of blue, wathet, turquoise, green, yellow, orange, red, carmine, violet, purple, indigo, grey, default"},
		{"tags", headed(`{"title":` + plainText + `,"text_tag_list":[` + strings.Join(many(4, `{"tag":"text_tag","text":`+plainText+`}`), ",") + `]}`), "header: text_tag_list has 4 tags, more than 3"},
		{"body property", `{"schema":"2.0","body":{"elements":[],"tag":"x"}}`, `body: unknown property "tag"`},
		{"element property", cardOf(`{"tag":"markdown","content":"x","href":{}}`), `markdown: unknown property "href"`},
		{"text property", cardOf(`{"tag":"div","text":{"tag":"plain_text","content":"x","bold":true}}`), `div x: unknown property "bold"`},
		{"type of a value", cardOf(`{"tag":"markdown","content":1}`), "markdown: content is no string"},
		{"an element is an object", cardOf(`1`), "body: an element is no object"},

		{"no action", cardOf(`{"tag":"action","actions":[]}`), `tag "action" is not one of card JSON 2.0`},
		{"no note", cardOf(`{"tag":"note","elements":[]}`), `tag "note" is not one of card JSON 2.0`},
		{"no text as element", cardOf(plainText), `tag "plain_text" is not one of card JSON 2.0`},
		{"form in a column", cardOf(`{"tag":"column_set","columns":[{"tag":"column","elements":[` + formOf() + `]}]}`), "form f: a form stands only at the root of a card"},
		{"table in a column", cardOf(`{"tag":"column_set","columns":[{"tag":"column","elements":[` + tableOf(textColumn, "") + `]}]}`), "table: a table stands only at the root of a card"},
		{"form in a panel", cardOf(`{"tag":"collapsible_panel","header":{"title":` + plainText + `},"elements":[` + formOf() + `]}`), "form f: a form stands only at the root of a card"},
		{"form in a form", cardOf(formOf(strings.Replace(formOf(), `"f"`, `"g"`, 1))), "form g: a form stands only at the root of a card"},
		{"table in a form", cardOf(formOf(tableOf(textColumn, ""))), "table: a table stands only at the root of a card"},
		{"name of a form", cardOf(`{"tag":"form","elements":[` + submitButton + `]}`), "form: the name is missing"},
		{"submit", cardOf(`{"tag":"form","name":"f","elements":[{"tag":"input","name":"i"}]}`), "form f: there is no button with form_action_type submit"},
		{"names in a form", cardOf(formOf(`{"tag":"input"}`)), "input: what stands in a form needs a name"},
		{"names deep in a form", cardOf(formOf(`{"tag":"column_set","columns":[{"tag":"column","elements":[{"tag":"select_person","placeholder":` + plainText + `}]}]}`)), "select_person: what stands in a form needs a name"},
		{"unique names", cardOf(formOf(`{"tag":"input","name":"go"}`)), `button go: the name "go" is there twice in the form`},

		{"element_id begins with a letter", cardOf(`{"tag":"hr","element_id":"1a"}`), "hr 1a: element_id 1a is not a letter and up to 19 letters, digits or _"},
		{"element_id is short", cardOf(`{"tag":"hr","element_id":"a12345678901234567890"}`), "hr a12345678901234567890: element_id a12345678901234567890 is not a letter and up to 19 letters, digits or _"},
		{"element_id has no -", cardOf(`{"tag":"hr","element_id":"a-b"}`), "hr a-b: element_id a-b is not a letter and up to 19 letters, digits or _"},
		{"element_id is unique", cardOf(many(2, `{"tag":"hr","element_id":"a"}`)...), `hr a: element_id "a" is there twice`},

		{"value of a button", cardOf(`{"tag":"button","text":` + plainText + `,` + tapBack + `,"value":{}}`), `button 字: unknown property "value"`},
		{"value is an object", cardOf(`{"tag":"button","text":` + plainText + `,"behaviors":[{"type":"callback","value":"{}"}]}`), "button 字: the value of a callback is no object"},
		{"type of a behavior", cardOf(`{"tag":"button","text":` + plainText + `,"behaviors":[{"type":"post"}]}`), `button 字: behavior "post" is neither callback nor open_url`},
		{"a tap does something", cardOf(`{"tag":"button","text":` + plainText + `}`), "button 字: a tap does nothing, neither behaviors nor form_action_type"},
		{"a button says something", cardOf(`{"tag":"button",` + tapBack + `}`), `button: a text is tagged "", neither plain_text nor lark_md`},
		{"submit stands in a form", cardOf(submitButton), "button go: form_action_type stands outside a form"},
		{"type of a button", cardOf(`{"tag":"button","type":"warning","text":` + plainText + `,` + tapBack + `}`), "button 字: type warning is not one of default, primary, danger, text, primary_text, danger_text, primary_filled, danger_filled, laser"},
		{"confirm", cardOf(`{"tag":"button","text":` + plainText + `,` + tapBack + `,"confirm":{"title":` + plainText + `}}`), `button 字 confirm: a text is tagged "", neither plain_text nor lark_md`},

		{"options", cardOf(`{"tag":"select_static","placeholder":` + plainText + `,"options":[]}`), "select_static: there are no options"},
		{"values of options", cardOf(`{"tag":"select_static","placeholder":` + plainText + `,"options":[` + oneOption + `,` + oneOption + `]}`), `select_static: the value "a" of an option is empty or there twice`},
		{"initial option", cardOf(`{"tag":"select_static","options":[` + oneOption + `],"initial_option":"b"}`), "select_static: the initial value b is none of the options"},
		{"initial options", cardOf(formOf(`{"tag":"multi_select_static","name":"m","options":[` + oneOption + `],"selected_values":["b"]}`)), "multi_select_static m: the initial value b is none of the options"},
		{"several only in forms", cardOf(`{"tag":"multi_select_person","placeholder":` + plainText + `}`), "multi_select_person: multi_select_person stands only in a form"},
		{"people of options", cardOf(`{"tag":"select_person","placeholder":` + plainText + `,"options":[{"value":"ou_gone"}]}`), `select_person: option "ou_gone" is nobody of this app`},
		{"initial person", cardOf(`{"tag":"select_person","initial_option":"ou_gone"}`), "select_person: the initial value ou_gone is nobody of this app"},
		{"overflow", cardOf(`{"tag":"overflow","options":[]}`), "overflow: there are no options"},

		{"placeholder of a picker", cardOf(`{"tag":"date_picker"}`), "date_picker: without an initial value the placeholder is required"},
		{"placeholder", cardOf(`{"tag":"picker_time","placeholder":{"tag":"plain_text","content":"` + strings.Repeat("字", 101) + `"}}`), "picker_time: the placeholder has 101 characters, more than 100"},
		{"date", cardOf(`{"tag":"date_picker","initial_date":"2026-02-30"}`), "date_picker: initial_date 2026-02-30 is not as 2006-01-02"},
		{"time", cardOf(`{"tag":"picker_time","initial_time":"9:05"}`), "picker_time: initial_time 9:05 is not as 15:04"},
		{"date and time", cardOf(`{"tag":"picker_datetime","initial_datetime":"2026-02-03T10:00"}`), "picker_datetime: initial_datetime 2026-02-03T10:00 is not as 2006-01-02 15:04"},
		{"max_length", cardOf(`{"tag":"input","max_length":1001}`), "input: max_length 1001 is not within 1 and 1000"},
		{"max_length is not 0", cardOf(`{"tag":"input","max_length":0}`), "input: max_length 0 is not within 1 and 1000"},
		{"default_value", cardOf(`{"tag":"input","max_length":2,"default_value":"三个字"}`), "input: default_value is longer than max_length"},
		{"input_type", cardOf(`{"tag":"input","input_type":"number"}`), "input: input_type number is not one of text, multiline_text, password"},

		{"columns", cardOf(tableOf(strings.Join(many(51, `{"name":"c%d","data_type":"text"}`), ","), "")), "table: 51 columns are not within 1 and 50"},
		{"names of columns", cardOf(tableOf(textColumn+","+textColumn, "")), `table: the column name "c" is empty or there twice`},
		{"type of a column", cardOf(tableOf(`{"name":"c","data_type":"link"}`, "")), `table: data_type "link" is not known`},
		{"page_size", cardOf(`{"tag":"table","page_size":11,"columns":[` + textColumn + `],"rows":[]}`), "table: page_size 11 is not within 1 and 10"},
		{"keys of a row", cardOf(tableOf(textColumn, `{"x":"1"}`)), `table: a row has "x", which is no column`},
		{"text", cardOf(tableOf(textColumn, `{"c":1}`)), "table: 1 does not fit column c of data_type text"},
		{"number", cardOf(tableOf(`{"name":"c","data_type":"number"}`, `{"c":"1"}`)), "table: 1 does not fit column c of data_type number"},
		{"date in ms", cardOf(tableOf(`{"name":"c","data_type":"date"}`, `{"c":"2026-01-01"}`)), "table: 2026-01-01 does not fit column c of data_type date"},
		{"options of a cell", cardOf(tableOf(`{"name":"c","data_type":"options"}`, `{"c":"x"}`)), "table: x does not fit column c of data_type options"},
		{"persons", cardOf(tableOf(`{"name":"c","data_type":"persons"}`, `{"c":["ou_gone"]}`)), `table: "ou_gone" in column c is nobody of this app`},
		{"markdown of a cell", cardOf(tableOf(`{"name":"c","data_type":"lark_md"}`, `{"c":"<at id=ou_gone></at>"}`)), `table c: <at id=ou_gone> names "ou_gone", who is nobody of this app`},

		{"at", cardOf(`{"tag":"markdown","content":"<at id=ou_gone></at>"}`), `markdown: <at id=ou_gone> names "ou_gone", who is nobody of this app`},
		{"at several", cardOf(`{"tag":"markdown","content":"<at ids=ou_ann,ou_gone></at>"}`), `markdown: <at ids=ou_ann,ou_gone> names "ou_gone", who is nobody of this app`},
		{"at in lark_md", cardOf(`{"tag":"div","text":{"tag":"lark_md","content":"<at id='ou_gone'></at>"}}`), `div <at id='ou_gone'></at>: <at id='ou_gone'> names "ou_gone", who is nobody of this app`},
		{"at as in a text message", cardOf(`{"tag":"markdown","content":"<at user_id=\"ou_ann\">x</at>"}`), `markdown: <at user_id="ou_ann"> names nobody by id, ids or email`},
		{"all is no person", cardOf(`{"tag":"markdown","content":"<person id=all></person>"}`), `markdown: <person id=all> names "all", who is nobody of this app`},
		{"person", cardOf(`{"tag":"person","user_id":"ou_gone"}`), `person: "ou_gone" is nobody of this app`},
		{"person_list", cardOf(`{"tag":"person_list","persons":[{"id":"ou_gone"}]}`), `person_list: "ou_gone" is nobody of this app`},
	} {
		t.Run(broken.rule, func(t *testing.T) {
			t.Parallel()

			problems := ValidateCard([]byte(broken.content), isKnown)
			if len(problems) != 1 || !strings.Contains(problems[0], broken.want) {
				t.Errorf("%s\n got %q\nwant one with %q", broken.content, problems, broken.want)
			}
		})
	}
}
