package storage

import "huiban/bot/meeting"

// disputeDetails is the part of a dispute that is only ever read as a whole, in
// the words of the storage format.
type disputeDetails struct {
	Topic    int                `json:"topic,omitempty"`
	Kind     string             `json:"kind,omitempty"`
	Views    []viewDetails      `json:"views,omitempty"`
	FollowUp meeting.PersonID   `json:"followUp,omitempty"`
	Ruling   string             `json:"ruling,omitempty"`
	Basis    string             `json:"basis,omitempty"`
	RuledAt  int64              `json:"ruledAt,omitempty"`
	Reason   string             `json:"reason,omitempty"`
	By       meeting.PersonID   `json:"by,omitempty"`
	Host     meeting.PersonID   `json:"host,omitempty"`
	Readers  []meeting.PersonID `json:"readers,omitempty"`
}

type viewDetails struct {
	Person     meeting.PersonID `json:"person"`
	Department string           `json:"department,omitempty"`
	Text       string           `json:"text"`
	Reason     string           `json:"reason,omitempty"`
	Confirmed  bool             `json:"confirmed,omitempty"`
	At         int64            `json:"at"`
}

func detailsOfDispute(d *meeting.Dispute) disputeDetails {
	return disputeDetails{
		Topic: d.Topic, Kind: string(d.Kind), FollowUp: d.FollowUp, Ruling: d.Ruling, Basis: d.Basis, RuledAt: ms(d.RuledAt),
		Reason: d.Reason, By: d.By, Host: d.Host, Readers: d.Readers,
		Views: mapped(d.Views, func(v meeting.View) viewDetails {
			return viewDetails{Person: v.Person, Department: v.Department, Text: v.Text, Reason: v.Reason, Confirmed: v.Confirmed, At: ms(v.At)}
		}),
	}
}

func (d disputeDetails) toDispute() *meeting.Dispute {
	return &meeting.Dispute{
		Topic: d.Topic, Kind: meeting.DisputeKind(d.Kind), FollowUp: d.FollowUp, Ruling: d.Ruling, Basis: d.Basis, RuledAt: at(d.RuledAt),
		Reason: d.Reason, By: d.By, Host: d.Host, Readers: d.Readers,
		Views: mapped(d.Views, func(v viewDetails) meeting.View {
			return meeting.View{Person: v.Person, Department: v.Department, Text: v.Text, Reason: v.Reason, Confirmed: v.Confirmed, At: at(v.At)}
		}),
	}
}
