package meeting

import (
	"reflect"
	"regexp"
	"slices"
)

// An Aliases says of persons who turned out to be somebody else, met on another
// platform, who they are (绑定账号). Mostly it is empty.
type Aliases map[PersonID]PersonID

// Of is who a person is.
func (a Aliases) Of(p PersonID) PersonID {
	if is, ok := a[p]; ok {
		return is
	}
	return p
}

// All are the person and whoever turned out to be them.
func (a Aliases) All(p PersonID) []PersonID {
	all := []PersonID{a.Of(p)}
	for was, is := range a {
		if is == all[0] {
			all = append(all, was)
		}
	}
	slices.Sort(all)
	return all
}

var anyToken = regexp.MustCompile(`@\{p\d+\}`)

// Text puts the tokens of who the persons in a text are.
func (a Aliases) Text(s string) string {
	if len(a) == 0 {
		return s
	}
	return anyToken.ReplaceAllStringFunc(s, func(token string) string {
		p, ok := tokenOf(token)
		if !ok {
			return token
		}
		return a.Of(p).Token()
	})
}

// In puts who they are for all persons in what v points to, and makes one of
// two parts that one of them has then. Texts stay as they were written.
func (a Aliases) In(v any) {
	if len(a) > 0 {
		a.in(reflect.ValueOf(v))
	}
}

// in reports whether it changed anything.
func (a Aliases) in(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return !v.IsNil() && a.in(v.Elem())
	case reflect.Slice:
		changed := false
		for i := range v.Len() {
			changed = a.in(v.Index(i)) || changed
		}
		if changed {
			once(v)
		}
		return changed
	case reflect.Struct:
		changed := a.ref(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				changed = a.in(v.Field(i)) || changed
			}
		}
		return changed
	case reflect.Int64:
		if v.Type() != reflect.TypeFor[PersonID]() {
			return false
		}
		is := a.Of(PersonID(v.Int()))
		changed := int64(is) != v.Int()
		v.SetInt(int64(is))
		return changed
	default:
		return false
	}
}

// ref is in for a subject that is a person's own list.
func (a Aliases) ref(v reflect.Value) bool {
	r, ok := reflect.TypeAssert[*Ref](v.Addr())
	if !ok || r.Kind != KindPerson {
		return false
	}
	was := r.ID
	r.ID = int64(a.Of(PersonID(r.ID)))
	return r.ID != was
}

// once leaves one of equal persons, participants and readers in a list.
func once(v reflect.Value) {
	switch list := v.Addr().Interface().(type) {
	case *[]PersonID:
		*list = joined(*list, func(p PersonID) PersonID { return p }, func(p, _ PersonID) PersonID { return p })
	case *[]Participant:
		*list = joined(*list, func(p Participant) PersonID { return p.Person }, Participant.with)
		for i := range *list {
			(*list)[i] = (*list)[i].himself()
		}
	case *[]Reader:
		*list = joined(*list, func(r Reader) PersonID { return r.Person }, Reader.with)
	}
}

// joined makes one of all that have the same person, where the first one stood.
func joined[T any](list []T, of func(T) PersonID, with func(a, b T) T) []T {
	var out []T
	for _, x := range list {
		if i := slices.IndexFunc(out, func(o T) bool { return of(o) == of(x) }); i >= 0 {
			out[i] = with(out[i], x)
			continue
		}
		out = append(out, x)
	}
	return out
}

// with is one of two parts that a person has in a meeting: what was answered last,
// and the weightier of everything else.
func (p Participant) with(o Participant) Participant {
	if o.RSVP != Unanswered && (p.RSVP == Unanswered || o.At.After(p.At)) {
		p.RSVP, p.At, p.Reason, p.Proxy = o.RSVP, o.At, o.Reason, o.Proxy
	}
	p.Tier = first(p.Tier, o.Tier, Decider, Doer, Support)
	p.Attended = first(p.Attended, o.Attended, Present, Late, Missing)
	p.Observer = p.Observer && o.Observer
	return p
}

// himself comes who would have sent himself.
func (p Participant) himself() Participant {
	if p.RSVP == ByProxy && p.Proxy == p.Person {
		p.RSVP, p.Proxy = Comes, Nobody
	}
	return p
}

// with is one of two receipts of a person.
func (r Reader) with(o Reader) Reader {
	if first(r.Receipt, o.Receipt, HasFeedback, Read) == o.Receipt && o.Receipt != r.Receipt {
		r.Receipt, r.At = o.Receipt, o.At
	}
	return r
}

// first is whichever of a and b stands first in the order; a if neither does.
func first[T comparable](a, b T, order ...T) T {
	for _, o := range order {
		if o == a || o == b {
			return o
		}
	}
	return a
}
