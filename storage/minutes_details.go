package storage

import "huiban/bot/meeting"

// minutesDetails is the part of minutes that is only ever read as a whole, in
// the words of the storage format.
type minutesDetails struct {
	Draft         int              `json:"draft,omitempty"`
	Terms         int              `json:"terms,omitempty"`
	Initiator     meeting.PersonID `json:"initiator,omitempty"`
	Recorder      meeting.PersonID `json:"recorder,omitempty"`
	Host          meeting.PersonID `json:"host,omitempty"`
	Reviewer      meeting.PersonID `json:"reviewer,omitempty"`
	Chat          string           `json:"chat,omitempty"`
	Lines         []lineDetails    `json:"lines,omitempty"`
	Stated        []string         `json:"stated,omitempty"`
	Reached       []string         `json:"reached,omitempty"`
	Quotes        []int            `json:"quotes,omitempty"`
	Editions      []editionDetails `json:"editions,omitempty"`
	Ended         int64            `json:"ended,omitempty"`
	DraftDue      int64            `json:"draftDue,omitempty"`
	SubmittedAt   int64            `json:"submittedAt,omitempty"`
	DraftAt       int64            `json:"draftAt,omitempty"`
	IssueDue      int64            `json:"issueDue,omitempty"`
	ReviewNote    string           `json:"reviewNote,omitempty"`
	IssuedAt      int64            `json:"issuedAt,omitempty"`
	FeedbackUntil int64            `json:"feedbackUntil,omitempty"`
	FinalDue      int64            `json:"finalDue,omitempty"`
	ApprovedAt    int64            `json:"approvedAt,omitempty"`
	FinalAt       int64            `json:"finalAt,omitempty"`
	Readers       []readerDetails  `json:"readers,omitempty"`
	Items         []itemDetails    `json:"items,omitempty"`
	Erratum       *erratumDetails  `json:"erratum,omitempty"`
}

type lineDetails struct {
	Section string           `json:"section"`
	Topic   int              `json:"topic,omitempty"`
	Kind    string           `json:"kind,omitempty"`
	Entry   int              `json:"entry,omitempty"`
	Text    string           `json:"text"`
	Speaker meeting.PersonID `json:"speaker,omitempty"`
}

type editionDetails struct {
	No   string `json:"no"`
	At   int64  `json:"at"`
	Text string `json:"text"`
}

type readerDetails struct {
	Person  meeting.PersonID `json:"person"`
	Why     string           `json:"why"`
	Receipt string           `json:"receipt,omitempty"`
	At      int64            `json:"at,omitempty"`
}

type itemDetails struct {
	No         int              `json:"no"`
	Line       int              `json:"line,omitempty"`
	Quote      string           `json:"quote,omitempty"`
	Proposal   string           `json:"proposal,omitempty"`
	Reason     string           `json:"reason,omitempty"`
	Author     meeting.PersonID `json:"author"`
	At         int64            `json:"at"`
	Late       bool             `json:"late,omitempty"`
	Decision   bool             `json:"decision,omitempty"`
	Verdict    string           `json:"verdict,omitempty"`
	Answer     string           `json:"answer,omitempty"`
	By         meeting.PersonID `json:"by,omitempty"`
	AnsweredAt int64            `json:"answeredAt,omitempty"`
}

type erratumDetails struct {
	Was    string           `json:"was"`
	Now    string           `json:"now"`
	Reason string           `json:"reason"`
	By     meeting.PersonID `json:"by"`
}

func detailsOfMinutes(x *meeting.Minutes) minutesDetails {
	d := minutesDetails{
		Draft: x.Draft, Terms: x.Terms, Initiator: x.Initiator, Recorder: x.Recorder, Host: x.Host, Reviewer: x.Reviewer, Chat: x.Chat,
		Stated: x.Stated, Reached: x.Reached, Quotes: x.Quotes,
		Ended: ms(x.Ended), DraftDue: ms(x.DraftDue), SubmittedAt: ms(x.SubmittedAt), DraftAt: ms(x.DraftAt), IssueDue: ms(x.IssueDue),
		ReviewNote: x.ReviewNote, IssuedAt: ms(x.IssuedAt), FeedbackUntil: ms(x.FeedbackUntil), FinalDue: ms(x.FinalDue), ApprovedAt: ms(x.ApprovedAt), FinalAt: ms(x.FinalAt),
		Lines: mapped(x.Lines, func(l meeting.Line) lineDetails {
			return lineDetails{Section: string(l.Section), Topic: l.Topic, Kind: string(l.Kind), Entry: l.Entry, Text: l.Text, Speaker: l.Speaker}
		}),
		Editions: mapped(x.Editions, func(e meeting.Edition) editionDetails {
			return editionDetails{No: e.No, At: ms(e.At), Text: e.Text}
		}),
		Readers: mapped(x.Readers, func(r meeting.Reader) readerDetails {
			return readerDetails{Person: r.Person, Why: string(r.Why), Receipt: string(r.Receipt), At: ms(r.At)}
		}),
		Items: mapped(x.Items, func(i meeting.Item) itemDetails {
			return itemDetails{
				No: i.No, Line: i.Line, Quote: i.Quote, Proposal: i.Proposal, Reason: i.Reason, Author: i.Author, At: ms(i.At),
				Late: i.Late, Decision: i.Decision, Verdict: string(i.Verdict), Answer: i.Answer, By: i.By, AnsweredAt: ms(i.AnsweredAt),
			}
		}),
	}
	if e := x.Erratum; e != nil {
		d.Erratum = &erratumDetails{Was: e.Was, Now: e.Now, Reason: e.Reason, By: e.By}
	}
	return d
}

func (d minutesDetails) toMinutes() *meeting.Minutes {
	x := &meeting.Minutes{
		Draft: d.Draft, Terms: d.Terms, Initiator: d.Initiator, Recorder: d.Recorder, Host: d.Host, Reviewer: d.Reviewer, Chat: d.Chat,
		Stated: d.Stated, Reached: d.Reached, Quotes: d.Quotes,
		Ended: at(d.Ended), DraftDue: at(d.DraftDue), SubmittedAt: at(d.SubmittedAt), DraftAt: at(d.DraftAt), IssueDue: at(d.IssueDue),
		ReviewNote: d.ReviewNote, IssuedAt: at(d.IssuedAt), FeedbackUntil: at(d.FeedbackUntil), FinalDue: at(d.FinalDue), ApprovedAt: at(d.ApprovedAt), FinalAt: at(d.FinalAt),
		Lines: mapped(d.Lines, func(l lineDetails) meeting.Line {
			return meeting.Line{Section: meeting.Section(l.Section), Topic: l.Topic, Kind: meeting.EntryKind(l.Kind), Entry: l.Entry, Text: l.Text, Speaker: l.Speaker}
		}),
		Editions: mapped(d.Editions, func(e editionDetails) meeting.Edition {
			return meeting.Edition{No: e.No, At: at(e.At), Text: e.Text}
		}),
		Readers: mapped(d.Readers, func(r readerDetails) meeting.Reader {
			return meeting.Reader{Person: r.Person, Why: meeting.ReaderKind(r.Why), Receipt: meeting.Receipt(r.Receipt), At: at(r.At)}
		}),
		Items: mapped(d.Items, func(i itemDetails) meeting.Item {
			return meeting.Item{
				No: i.No, Line: i.Line, Quote: i.Quote, Proposal: i.Proposal, Reason: i.Reason, Author: i.Author, At: at(i.At),
				Late: i.Late, Decision: i.Decision, Verdict: meeting.ItemVerdict(i.Verdict), Answer: i.Answer, By: i.By, AnsweredAt: at(i.AnsweredAt),
			}
		}),
	}
	if e := d.Erratum; e != nil {
		x.Erratum = &meeting.Erratum{Was: e.Was, Now: e.Now, Reason: e.Reason, By: e.By}
	}
	return x
}
