package meeting

// MayRead reports whether a person may read a task in a list: who has a part in
// it or in its meeting (R18), the owner's leader, and an administrator (Q9, R89).
// m is the meeting it came from, nil if it came from none.
func (t *Task) MayRead(who, owner Person, m *Meeting) bool {
	return t.Involves(who.ID) || m != nil && m.Involves(who.ID) || owner.Leader == who.ID && who.ID != Nobody || who.Admin
}
