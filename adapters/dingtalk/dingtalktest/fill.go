package dingtalktest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// fill is the form as the client sends it: what was given, by name or label, and
// the defaults of the rest. Fields that are hidden come back too.
func (f form) fill(given map[string]any) (map[string]any, error) {
	left, out := maps.Clone(given), map[string]any{}
	for _, one := range f.Fields {
		value := one.DefaultValue
		for _, key := range []string{one.Label, one.Name} {
			v, has := given[key]
			if !has || key == "" {
				continue
			}
			if one.Hidden || one.ReadOnly {
				return nil, fmt.Errorf("field %s cannot be changed", one.Name)
			}
			value = v
			delete(left, key)
		}
		checked, err := one.check(value)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", one.Name, err)
		}
		if checked != nil {
			out[one.Name] = checked
		}
	}
	for key := range left {
		return nil, fmt.Errorf("the form has no field %q", key)
	}
	return out, nil
}

// check is a value as the client sends it; nil leaves the field out.
func (f field) check(value any) (any, error) {
	text, isText := value.(string)
	if value == nil || isText && text == "" {
		if f.Required && !f.Hidden {
			return nil, errors.New("it is required")
		}
		return nil, nil //nolint:nilnil // an empty field is left out
	}
	layout := map[string]string{"DATE": time.DateOnly, "TIME": "15:04", "DATETIME": "2006-01-02 15:04"}[f.Type]
	switch f.Type {
	case "CHECKBOX", "SWITCH":
		if _, is := value.(bool); !is {
			return nil, fmt.Errorf("%v is neither true nor false", value)
		}
	case "NUMBER", "TEXT_ARRAY":
	case "SELECT", "CHECKBOX_GROUP":
		return f.choose(value)
	case "MULTI_SELECT", "MULTI_CHECKBOX_GROUP":
		return f.chooseSome(value)
	default:
		if !isText {
			return nil, fmt.Errorf("%v is no string", value)
		}
		if _, err := time.Parse(layout, text); layout != "" && err != nil {
			return nil, fmt.Errorf("%q is not as %s", text, layout)
		}
	}
	return value, nil
}

// choose finds an option by its value or by what it says; a default comes as it is sent.
func (f field) choose(value any) (any, error) {
	if preset, is := value.(map[string]any); is {
		value = preset["value"]
	}
	i := f.option(value)
	if i < 0 {
		return nil, fmt.Errorf("%v is none of the options", value)
	}
	return map[string]any{"index": i, "value": f.Options[i].Value}, nil
}

func (f field) chooseSome(value any) (any, error) {
	if preset, is := value.(map[string]any); is {
		value = preset["value"]
	}
	var list []any
	switch v := value.(type) {
	case []any:
		list = v
	case []string:
		for _, one := range v {
			list = append(list, one)
		}
	default:
		return nil, fmt.Errorf("%v is no list", value)
	}
	indexes, values := []int{}, []string{}
	for _, one := range list {
		i := f.option(one)
		if i < 0 {
			return nil, fmt.Errorf("%v is none of the options", one)
		}
		indexes, values = append(indexes, i), append(values, f.Options[i].Value)
	}
	return map[string]any{"index": indexes, "value": values}, nil
}

func (f field) option(value any) int {
	return slices.IndexFunc(f.Options, func(o option) bool { return o.Value == value || o.Text == value })
}
