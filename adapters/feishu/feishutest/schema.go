package feishutest

import "strings"

// words are one list, however many lines it takes.
func words(lines ...string) []string { return strings.Fields(strings.Join(lines, " ")) }

// properties, by place, are all that JSON 2.0 knows. What is not listed is an error
// to the client, not something that it passes over.
var properties = map[string][]string{ //nolint:gochecknoglobals // a table
	"the card": words("schema config card_link header body"),
	"config": words("update_multi enable_forward enable_forward_interaction width_mode summary locales",
		"streaming_mode streaming_config use_custom_translation style"),
	"header":        words("title subtitle text_tag_list i18n_text_tag_list template icon padding"),
	"summary":       words("content i18n_content"),
	"card_link":     words("url pc_url ios_url android_url"),
	"header tag":    words("tag text color element_id"),
	"body":          words("direction padding horizontal_spacing horizontal_align vertical_spacing vertical_align elements element_id"),
	"panel header":  words("title background_color vertical_align padding position width icon icon_position icon_expanded_angle"),
	"confirm":       words("title text"),
	"callback":      words("type value"),
	"open_url":      words("type default_url pc_url ios_url android_url"),
	"option":        words("text value icon multi_url"),
	"person option": words("value"),
	"table column":  words("name display_name data_type width vertical_align horizontal_align format date_format"),
}

// choices are the values that a property may have.
var choices = map[string][]string{ //nolint:gochecknoglobals // a table
	"width_mode":       words("default compact fill"),
	"template":         words("blue wathet turquoise green yellow orange red carmine violet purple indigo grey default"),
	"type":             words("default primary danger text primary_text danger_text primary_filled danger_filled laser"),
	"data_type":        words("text lark_md options number persons date markdown"),
	"flex_mode":        words("none stretch flow bisect trisect"),
	"input_type":       words("text multiline_text password"),
	"label_position":   words("top left"),
	"form_action_type": words("submit reset"),
}

// interactive are the components that a person works with.
var interactive = words( //nolint:gochecknoglobals // a table
	"button input select_static multi_select_static select_person multi_select_person",
	"date_picker picker_time picker_datetime checker overflow",
)

// components are the tags and what each may carry beside tag, element_id and margin.
var components = map[string][]string{ //nolint:gochecknoglobals // a table
	"markdown":   words("content text_size text_align icon"),
	"div":        words("text icon width"),
	"plain_text": words("content i18n_content text_size text_color text_align lines"),
	"hr":         {},
	"img":        words("img_key alt title corner_radius scale_type size transparent preview"),
	"column_set": words("flex_mode background_style horizontal_spacing horizontal_align columns action"),
	"column":     words("background_style width weight vertical_align vertical_spacing horizontal_spacing horizontal_align direction padding elements action"),
	"table":      words("page_size row_height row_max_height freeze_first_column header_style columns rows"),
	"form":       words("name elements direction horizontal_align horizontal_spacing vertical_align vertical_spacing padding"),
	"input": words("name input_type rows auto_resize max_rows max_length",
		"label label_position default_value placeholder required disabled width show_icon behaviors confirm"),
	"select_static":       words("name type options initial_option initial_index placeholder required disabled width behaviors confirm"),
	"multi_select_static": words("name type options selected_values placeholder required disabled width behaviors confirm"),
	"select_person":       words("name type options initial_option placeholder required disabled width behaviors confirm"),
	"multi_select_person": words("name type options selected_values placeholder required disabled width behaviors confirm"),
	"date_picker":         words("name initial_date placeholder required disabled width behaviors confirm"),
	"picker_time":         words("name initial_time placeholder required disabled width behaviors confirm"),
	"picker_datetime":     words("name initial_datetime placeholder required disabled width behaviors confirm"),
	"checker":             words("name checked text overall_checkable button_area checked_style padding behaviors confirm hover_tips disabled disabled_tips"),
	"button": words("text type size width icon disabled disabled_tips hover_tips confirm",
		"behaviors form_action_type name required"),
	"overflow": words("name width options behaviors confirm disabled"),
	"collapsible_panel": words("expanded header elements background_color border corner_radius direction vertical_spacing horizontal_spacing",
		"vertical_align horizontal_align padding"),
	"interactive_container": words("elements behaviors width height background_style has_border border_color corner_radius",
		"padding hover_tips disabled disabled_tips confirm direction horizontal_spacing horizontal_align vertical_align vertical_spacing"),
	"person":      words("user_id size show_avatar show_name style"),
	"person_list": words("persons size show_name show_avatar lines drop_invalid_user_id icon ud_icon"),
	"chart":       words("chart_spec aspect_ratio height preview color_theme"),
}

// layouts are the dates that a picker may begin with.
var layouts = map[string]struct{ property, layout string }{ //nolint:gochecknoglobals // a table
	"date_picker":     {"initial_date", "2006-01-02"},
	"picker_time":     {"initial_time", "15:04"},
	"picker_datetime": {"initial_datetime", "2006-01-02 15:04"},
}

// The causes that code 230099 carries in its message.
const (
	causeLimit  = 11310  // too many elements or tables
	causePerson = 100290 // an @ of somebody who is not there
	causeForm   = 200530 // a form and its names
	causeJSON   = 200621 // not as JSON 2.0 is
	causeTag    = 200861 // a tag that 2.0 does not have
	causeTable  = 200914 // a table's columns and rows
)
