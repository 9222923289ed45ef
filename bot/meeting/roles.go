package meeting

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Duties is a change of who has which part; Nobody leaves a part as it is. ByBot
// makes the bot keep the time (R10).
type Duties struct {
	Host, Recorder, Timekeeper PersonID
	ByBot                      bool
}

// AssignRoles gives the parts of a meeting to people, who become participants by it.
// While it is a draft they have them at once; later a new host or recorder is
// asked first, and the old one stays until then (R10, 3.2). Asked are the offers
// that were made.
func (m *Meeting) AssignRoles(b People, by PersonID, d Duties, now time.Time) (asked []RoleOffer, err error) {
	if err := m.mayAssign(by); err != nil {
		return nil, err
	}
	if d == (Duties{}) {
		return nil, &Refusal{Rule: "R10", Gaps: []Gap{
			{Field: "主持", Rule: "R10", Say: "谁主持？请@一位同事。"}, {Field: "记录", Rule: "R10", Say: "谁记录？请@一位同事。"},
		}}
	}
	before := m.rolesAudit()
	for _, part := range []struct {
		role Role
		to   PersonID
		tier Tier
	}{{HostRole, d.Host, Doer}, {RecorderRole, d.Recorder, Support}, {TimekeeperRole, d.Timekeeper, Support}} {
		if part.to == Nobody {
			continue
		}
		offered, err := m.giveRole(b, by, part.role, part.to, part.tier, now)
		if err != nil {
			return nil, err
		}
		if offered != nil {
			asked = append(asked, *offered)
		}
	}
	if d.ByBot {
		m.Timekeeper = Nobody
	}
	m.note("分工", by, before, m.rolesAudit(), "")
	return asked, nil
}

// mayAssign: whoever prepares may set the parts of a draft; later only whoever
// leads changes them, as long as the meeting is open (3.2).
func (m *Meeting) mayAssign(by PersonID) error {
	if m.Status == Planned {
		return m.mayPrepare(by)
	}
	if !m.Open() {
		return m.closedFor("分工")
	}
	if !m.Leads(by) {
		return Refuse("R10", "换主持人或记录人，要由发起人"+m.Initiator.Token()+"或主持人"+m.Host.Token()+"来定。")
	}
	return nil
}

func (m *Meeting) giveRole(b People, by PersonID, role Role, to PersonID, tier Tier, now time.Time) (*RoleOffer, error) {
	p, err := b.Person(to)
	if err != nil {
		return nil, fmt.Errorf("%s %d: %w", role, to, err)
	}
	if g := leaver(string(role), p); g != nil {
		return nil, &Refusal{Rule: "R10", Say: g.Say}
	}
	had := m.holds(role)
	if m.Status != Planned && role != TimekeeperRole && *had != to && to != by {
		o := RoleOffer{Role: role, To: to, By: by, At: now}
		m.RoleOffers = append(m.withoutOffer(role), o)
		return &o, nil
	}
	m.RoleOffers = m.withoutOffer(role)
	*had = to
	if m.Participant(to) == nil {
		m.seat(p, Invitation{Tier: tier})
	}
	return nil, nil //nolint:nilnil // nobody has to be asked
}

func (m *Meeting) holds(role Role) *PersonID {
	switch role {
	case HostRole:
		return &m.Host
	case RecorderRole:
		return &m.Recorder
	case TimekeeperRole:
	}
	return &m.Timekeeper
}

func (m *Meeting) withoutOffer(role Role) []RoleOffer {
	return slices.DeleteFunc(slices.Clone(m.RoleOffers), func(o RoleOffer) bool { return o.Role == role })
}

// Offered are the parts that wait for the person's yes.
func (m *Meeting) Offered(who PersonID) []RoleOffer {
	return slices.DeleteFunc(slices.Clone(m.RoleOffers), func(o RoleOffer) bool { return o.To != who })
}

// TakeOver is the yes of the new host or recorder. The papers that are not final
// are returned changed, for clocks and cards move to them too (3.2).
func (m *Meeting) TakeOver(b Book, who PersonID) (taken []RoleOffer, papers []*Minutes, err error) {
	taken = m.Offered(who)
	if len(taken) == 0 {
		return nil, nil, m.noOffer(who)
	}
	if !m.Open() {
		return nil, nil, m.closedFor("分工")
	}
	p, err := b.Person(who)
	if err != nil {
		return nil, nil, fmt.Errorf("person %d: %w", who, err)
	}
	before := m.rolesAudit()
	for _, o := range taken {
		*m.holds(o.Role) = who
		m.RoleOffers = m.withoutOffer(o.Role)
	}
	if m.Participant(who) == nil {
		m.seat(p, Invitation{Tier: Support})
	}
	m.note("接手", who, before, m.rolesAudit(), "")
	if m.ID == 0 {
		return taken, nil, nil
	}
	papers, err = b.FindMinutes(MinutesQuery{Meeting: m.ID, Open: true})
	if err != nil {
		return nil, nil, fmt.Errorf("minutes of meeting %d: %w", m.ID, err)
	}
	for _, x := range papers {
		x.follow(m, who)
	}
	return taken, papers, nil
}

// follow makes the papers belong to the host and recorder of their meeting.
func (x *Minutes) follow(m *Meeting, who PersonID) {
	before := x.Host.Token() + " " + x.Recorder.Token()
	x.Host, x.Recorder = m.Host, m.Recorder
	x.note("接手", who, before, x.Host.Token()+" "+x.Recorder.Token(), "")
}

// DeclineRole is the no of who was offered a part; the old one keeps it.
func (m *Meeting) DeclineRole(who PersonID, reason string) (declined []RoleOffer, err error) {
	declined = m.Offered(who)
	if len(declined) == 0 {
		return nil, m.noOffer(who)
	}
	m.RoleOffers = slices.DeleteFunc(slices.Clone(m.RoleOffers), func(o RoleOffer) bool { return o.To == who })
	m.note("不接手", who, "", "", reason)
	return declined, nil
}

func (m *Meeting) noOffer(who PersonID) error {
	if who == m.Host || who == m.Recorder {
		return Refuse("R10", "您已经是“"+short(m.Title)+"”的"+string(m.partOf(who))+"，不用再接手。")
	}
	return Refuse("R10", "“"+short(m.Title)+"”没有请您接手。换人由发起人"+m.Initiator.Token()+"发“分工 主持:@… 记录:@…”。")
}

func (m *Meeting) partOf(who PersonID) Role {
	if who == m.Host {
		return HostRole
	}
	return RecorderRole
}

func (m *Meeting) rolesAudit() string {
	say := func(p PersonID) string {
		if p == Nobody {
			return "会办"
		}
		return p.Token()
	}
	parts := []string{"主持 " + strings.Replace(say(m.Host), "会办", "未定", 1), "记录 " + strings.Replace(say(m.Recorder), "会办", "未定", 1), "计时 " + say(m.Timekeeper)}
	return strings.Join(parts, "；")
}
