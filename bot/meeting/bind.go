package meeting

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"time"
)

// entranceFor is how long a 绑定码 opens a further group to a meeting.
const entranceFor = 24 * time.Hour

// A Room is a further group of a meeting (关联群), on the same platform or on
// another one: what its home group is told is told there too, and what is said
// there is said in the meeting's group. One that was taken off keeps its line.
type Room struct {
	Chat string
	By   PersonID
	At   time.Time
	Left time.Time // zero while it is bound
	Shut bool      // others than the meeting's people read along, as far as was known when it was bound (R18)
}

// An Entrance lets whoever has its code bind one group. The code itself is kept
// nowhere.
type Entrance struct {
	Hash  string
	Until time.Time
}

// Rooms are the groups of the meeting, its home first; none for one without.
func (m *Meeting) Rooms() []string {
	if m.Chat == "" {
		return nil
	}
	rooms := []string{m.Chat}
	for _, r := range m.Bound {
		if r.Left.IsZero() {
			rooms = append(rooms, r.Chat)
		}
	}
	return rooms
}

// Clear reports whether a further group may read the record as it is taken (R18).
func (m *Meeting) Clear(chat string) bool {
	return slices.ContainsFunc(m.Bound, func(r Room) bool { return r.Chat == chat && r.Left.IsZero() && !r.Shut })
}

// Meets reports whether a group is one of the meeting's.
func (m *Meeting) Meets(chat string) bool { return slices.Contains(m.Rooms(), chat) }

// OpenTo lets a group be bound by a code until a day later; an earlier code is
// void. An administrator may as well as those who prepare the meeting.
func (m *Meeting) OpenTo(by PersonID, admin bool, code string, now time.Time) error {
	if err := m.mayBind(by, admin); err != nil {
		return err
	}
	m.Entrance = Entrance{Hash: codeHash(m, code), Until: now.Add(entranceFor)}
	m.note("绑定码", by, "", m.Entrance.Until.Format(time.RFC3339), "")
	return nil
}

// Admits reports whether the code is the one that was given out and still good.
func (m *Meeting) Admits(code string, now time.Time) bool {
	same := subtle.ConstantTimeCompare([]byte(m.Entrance.Hash), []byte(codeHash(m, code))) == 1
	return same && m.Open() && now.Before(m.Entrance.Until)
}

func codeHash(m *Meeting, code string) string {
	sum := sha256.Sum256([]byte(m.No + "/" + m.CreatedAt.UTC().Format(time.RFC3339Nano) + "/" + code))
	return hex.EncodeToString(sum[:])
}

// Bind adds a group; the first one of a meeting without a group is its home. A
// code is good for one group; shut as in Room. Whether by may is for the caller to know: by the
// code (Admits), or by preparing the meeting.
func (m *Meeting) Bind(chat string, shut bool, by PersonID, now time.Time) error {
	switch {
	case !m.Open():
		return Refuse("R18", "“"+short(m.Title)+"”"+string(m.Status)+"，不能再绑定群。")
	case m.Meets(chat):
		return Refuse("R18", "本群已经绑定“"+short(m.Title)+"”，不用再绑。")
	case m.Chat == "":
		m.Chat = chat
	default:
		m.Bound = append(m.Bound, Room{Chat: chat, By: by, At: now, Shut: shut})
	}
	m.Entrance = Entrance{}
	m.note("绑定会议", by, "", chat, "")
	return nil
}

// Parted reports whether a group was one of the meeting's and is no more.
func (m *Meeting) Parted(chat string) bool {
	return !m.Meets(chat) && slices.ContainsFunc(m.Bound, func(r Room) bool { return r.Chat == chat })
}

// Unbind takes a further group off. Whoever bound it may, too.
func (m *Meeting) Unbind(chat string, by PersonID, admin bool, now time.Time) error {
	i := slices.IndexFunc(m.Bound, func(r Room) bool { return r.Chat == chat && r.Left.IsZero() })
	if i < 0 {
		return Refuse("R18", "本群没有绑定“"+short(m.Title)+"”，它本来就在自己的群里。")
	}
	if m.Bound[i].By != by {
		if err := m.mayBind(by, admin); err != nil {
			return err
		}
	}
	m.Bound[i].Left = now
	m.note("解除绑定会议", by, chat, "", "")
	return nil
}

func (m *Meeting) mayBind(by PersonID, admin bool) error {
	if !admin {
		if err := m.mayPrepare(by); err != nil {
			return err
		}
	}
	if !m.Open() {
		return Refuse("R18", "“"+short(m.Title)+"”"+string(m.Status)+"，不能再绑定群。")
	}
	return nil
}
