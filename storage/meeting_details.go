package storage

import (
	"huiban/bot/meeting"
)

// meetingDetails is the part of a meeting that is only ever read as a whole, in
// the words of the storage format: renaming a field of the domain does not
// change what lies in databases. Instants are milliseconds as in columns.
type meetingDetails struct {
	Serial       string               `json:"serial,omitempty"`
	Initiator    meeting.PersonID     `json:"initiator,omitempty"`
	Department   string               `json:"department,omitempty"`
	End          int64                `json:"end,omitempty"`
	Place        string               `json:"place,omitempty"`
	Form         string               `json:"form,omitempty"`
	Goals        []string             `json:"goals,omitempty"`
	Topics       []topicDetails       `json:"topics,omitempty"`
	Parked       []parkedDetails      `json:"parked,omitempty"`
	Participants []participantDetails `json:"participants,omitempty"`
	Host         meeting.PersonID     `json:"host,omitempty"`
	Recorder     meeting.PersonID     `json:"recorder,omitempty"`
	Timekeeper   meeting.PersonID     `json:"timekeeper,omitempty"`
	RoleOffers   []roleOfferDetails   `json:"roleOffers,omitempty"`
	CC           []meeting.PersonID   `json:"cc,omitempty"`
	NeedToKnow   []string             `json:"needToKnow,omitempty"`
	Materials    []materialDetails    `json:"materials,omitempty"`
	NoMaterial   bool                 `json:"noMaterial,omitempty"`
	Previous     int64                `json:"previous,omitempty"`
	NoticedAt    int64                `json:"noticedAt,omitempty"`
	Urgent       bool                 `json:"urgent,omitempty"`
	Waivers      []waiverDetails      `json:"waivers,omitempty"`
	OpinionsDue  int64                `json:"opinionsDue,omitempty"`
	Opinions     []opinionDetails     `json:"opinions,omitempty"`
	ListIssuedAt int64                `json:"listIssuedAt,omitempty"`
	Reschedules  []rescheduleDetails  `json:"reschedules,omitempty"`
	Pending      *rescheduleDetails   `json:"pending,omitempty"`
	Breaks       []breakDetails       `json:"breaks,omitempty"`
	Reason       string               `json:"reason,omitempty"`
	ActualStart  int64                `json:"actualStart,omitempty"`
	EndTyped     int64                `json:"endTyped,omitempty"`
	Ended        int64                `json:"ended,omitempty"`
	Recording    bool                 `json:"recording,omitempty"`
	Entries      []entryDetails       `json:"entries,omitempty"`
	ArchivedAt   int64                `json:"archivedAt,omitempty"`
	Bound        []roomDetails        `json:"bound,omitempty"`
	EntranceHash string               `json:"entranceHash,omitempty"`
	EntranceEnd  int64                `json:"entranceEnd,omitempty"`
}

func detailsOfMeeting(m *meeting.Meeting) meetingDetails {
	d := meetingDetails{
		Serial: m.Serial, Initiator: m.Initiator, Department: m.Department, End: ms(m.End), Place: m.Place, Form: string(m.Form), Goals: m.Goals,
		Topics: mapped(m.Topics, detailsOfTopic), Parked: mapped(m.Parked, detailsOfParked),
		Participants: mapped(m.Participants, detailsOfParticipant), Host: m.Host, Recorder: m.Recorder, Timekeeper: m.Timekeeper,
		RoleOffers: mapped(m.RoleOffers, detailsOfRoleOffer), CC: m.CC, NeedToKnow: m.NeedToKnow,
		Materials: mapped(m.Materials, detailsOfMaterial), NoMaterial: m.NoMaterial, Previous: int64(m.Previous), NoticedAt: ms(m.NoticedAt),
		Urgent: m.Urgent, Waivers: mapped(m.Waivers, detailsOfWaiver), OpinionsDue: ms(m.OpinionsDue),
		Opinions: mapped(m.Opinions, detailsOfOpinion), ListIssuedAt: ms(m.ListIssuedAt),
		Reschedules: mapped(m.Reschedules, detailsOfReschedule), Breaks: mapped(m.Breaks, detailsOfBreak), Reason: m.Reason,
		ActualStart: ms(m.ActualStart), EndTyped: ms(m.EndTyped), Ended: ms(m.Ended), Recording: m.Recording,
		Entries: mapped(m.Entries, detailsOfEntry), ArchivedAt: ms(m.ArchivedAt),
		Bound: mapped(m.Bound, detailsOfRoom), EntranceHash: m.Entrance.Hash, EntranceEnd: ms(m.Entrance.Until),
	}
	if m.Pending != nil {
		r := detailsOfReschedule(*m.Pending)
		d.Pending = &r
	}
	return d
}

func (d meetingDetails) toMeeting() *meeting.Meeting {
	m := &meeting.Meeting{
		Serial: d.Serial, Initiator: d.Initiator, Department: d.Department, End: at(d.End), Place: d.Place, Form: meeting.Form(d.Form),
		Goals: d.Goals, Topics: mapped(d.Topics, topicDetails.toTopic), Parked: mapped(d.Parked, parkedDetails.toParked),
		Participants: mapped(d.Participants, participantDetails.toParticipant), Host: d.Host, Recorder: d.Recorder, Timekeeper: d.Timekeeper,
		RoleOffers: mapped(d.RoleOffers, roleOfferDetails.toRoleOffer), CC: d.CC, NeedToKnow: d.NeedToKnow,
		Materials: mapped(d.Materials, materialDetails.toMaterial), NoMaterial: d.NoMaterial, Previous: meeting.MeetingID(d.Previous),
		NoticedAt: at(d.NoticedAt), Urgent: d.Urgent, Waivers: mapped(d.Waivers, waiverDetails.toWaiver), OpinionsDue: at(d.OpinionsDue),
		Opinions: mapped(d.Opinions, opinionDetails.toOpinion), ListIssuedAt: at(d.ListIssuedAt),
		Reschedules: mapped(d.Reschedules, rescheduleDetails.toReschedule), Breaks: mapped(d.Breaks, breakDetails.toBreak), Reason: d.Reason,
		ActualStart: at(d.ActualStart), EndTyped: at(d.EndTyped), Ended: at(d.Ended), Recording: d.Recording,
		Entries: mapped(d.Entries, entryDetails.toEntry), ArchivedAt: at(d.ArchivedAt),
		Bound: mapped(d.Bound, roomDetails.toRoom), Entrance: meeting.Entrance{Hash: d.EntranceHash, Until: at(d.EntranceEnd)},
	}
	if d.Pending != nil {
		r := d.Pending.toReschedule()
		m.Pending = &r
	}
	return m
}

// pointed is fn of what p points at; nil stays nil.
func pointed[A, B any](p *A, fn func(A) B) *B {
	if p == nil {
		return nil
	}
	out := fn(*p)
	return &out
}

type participantDetails struct {
	Person     meeting.PersonID `json:"person"`
	Department string           `json:"department,omitempty"`
	Tier       string           `json:"tier,omitempty"`
	Observer   bool             `json:"observer,omitempty"`
	RSVP       string           `json:"rsvp,omitempty"`
	At         int64            `json:"at,omitempty"`
	Reason     string           `json:"reason,omitempty"`
	Proxy      meeting.PersonID `json:"proxy,omitempty"`
	Attended   string           `json:"attended,omitempty"`
}

func detailsOfParticipant(p meeting.Participant) participantDetails {
	return participantDetails{
		Person: p.Person, Department: p.Department, Tier: string(p.Tier), Observer: p.Observer, RSVP: string(p.RSVP), At: ms(p.At),
		Reason: p.Reason, Proxy: p.Proxy, Attended: string(p.Attended),
	}
}

func (d participantDetails) toParticipant() meeting.Participant {
	return meeting.Participant{
		Person: d.Person, Department: d.Department, Tier: meeting.Tier(d.Tier), Observer: d.Observer, RSVP: meeting.RSVP(d.RSVP), At: at(d.At),
		Reason: d.Reason, Proxy: d.Proxy, Attended: meeting.Attendance(d.Attended),
	}
}

type roleOfferDetails struct {
	Role string           `json:"role"`
	To   meeting.PersonID `json:"to"`
	By   meeting.PersonID `json:"by"`
	At   int64            `json:"at"`
}

func detailsOfRoleOffer(r meeting.RoleOffer) roleOfferDetails {
	return roleOfferDetails{
		Role: string(r.Role), To: r.To, By: r.By, At: ms(r.At),
	}
}

func (d roleOfferDetails) toRoleOffer() meeting.RoleOffer {
	return meeting.RoleOffer{
		Role: meeting.Role(d.Role), To: d.To, By: d.By, At: at(d.At),
	}
}

type rescheduleDetails struct {
	FromStart int64            `json:"fromStart"`
	FromEnd   int64            `json:"fromEnd"`
	Start     int64            `json:"start"`
	End       int64            `json:"end"`
	Reason    string           `json:"reason"`
	Urgent    string           `json:"urgent,omitempty"`
	By        meeting.PersonID `json:"by"`
	At        int64            `json:"at"`
}

func detailsOfReschedule(r meeting.Reschedule) rescheduleDetails {
	return rescheduleDetails{
		FromStart: ms(r.FromStart), FromEnd: ms(r.FromEnd), Start: ms(r.Start), End: ms(r.End), Reason: r.Reason, Urgent: r.Urgent, By: r.By, At: ms(r.At),
	}
}

func (d rescheduleDetails) toReschedule() meeting.Reschedule {
	return meeting.Reschedule{
		FromStart: at(d.FromStart), FromEnd: at(d.FromEnd), Start: at(d.Start), End: at(d.End), Reason: d.Reason, Urgent: d.Urgent, By: d.By, At: at(d.At),
	}
}

type breakDetails struct {
	Reason string           `json:"reason"`
	By     meeting.PersonID `json:"by"`
	At     int64            `json:"at"`
	Back   int64            `json:"back,omitempty"`
}

func detailsOfBreak(b meeting.Break) breakDetails {
	return breakDetails{
		Reason: b.Reason, By: b.By, At: ms(b.At), Back: ms(b.Back),
	}
}

func (d breakDetails) toBreak() meeting.Break {
	return meeting.Break{
		Reason: d.Reason, By: d.By, At: at(d.At), Back: at(d.Back),
	}
}
