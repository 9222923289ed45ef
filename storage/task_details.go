package storage

import (
	"huiban/bot/meeting"
)

// taskDetails is the part of a task that is only ever read as a whole, in the
// words of the storage format: renaming a field of the domain does not change
// what lies in databases. Instants are milliseconds as in columns.
type taskDetails struct {
	Topic       int                 `json:"topic,omitempty"`
	IssuedAt    int64               `json:"issuedAt,omitempty"`
	Deliverable string              `json:"deliverable,omitempty"`
	DueRaw      string              `json:"dueRaw,omitempty"`
	OriginalDue int64               `json:"originalDue,omitempty"`
	Helpers     []meeting.PersonID  `json:"helpers,omitempty"`
	CC          []meeting.PersonID  `json:"cc,omitempty"`
	Deciders    []meeting.PersonID  `json:"deciders,omitempty"`
	Confirm     string              `json:"confirm,omitempty"`
	Percent     int                 `json:"percent,omitempty"`
	Blocker     *blockerDetails     `json:"blocker,omitempty"`
	NextReason  string              `json:"nextReason,omitempty"`
	Proposal    *proposalDetails    `json:"proposal,omitempty"`
	Extension   *extensionDetails   `json:"extension,omitempty"`
	AskedAt     int64               `json:"askedAt,omitempty"`
	ConfirmedAt int64               `json:"confirmedAt,omitempty"`
	SubmittedAt int64               `json:"submittedAt,omitempty"`
	LastSign    int64               `json:"lastSign,omitempty"`
	HeldUntil   int64               `json:"heldUntil,omitempty"`
	Terms       int                 `json:"terms,omitempty"`
	Extensions  int                 `json:"extensions,omitempty"`
	Returns     int                 `json:"returns,omitempty"`
	OverdueDays int                 `json:"overdueDays,omitempty"`
	Owners      []handoverDetails   `json:"owners,omitempty"`
	Updates     []updateDetails     `json:"updates,omitempty"`
	Evidence    []submissionDetails `json:"evidence,omitempty"`
	Reason      string              `json:"reason,omitempty"`
}

type blockerDetails struct {
	Reason string           `json:"reason"`
	Needs  meeting.PersonID `json:"needs"`
	What   string           `json:"what"`
	At     int64            `json:"at"`
}

type proposalDetails struct {
	Kind   string           `json:"kind"`
	Due    int64            `json:"due,omitempty"`
	Owner  meeting.PersonID `json:"owner,omitempty"`
	Reason string           `json:"reason"`
	At     int64            `json:"at"`
}

type extensionDetails struct {
	Seq    int              `json:"seq"`
	OldDue int64            `json:"oldDue"`
	NewDue int64            `json:"newDue"`
	Reason string           `json:"reason"`
	Impact string           `json:"impact"`
	Remedy string           `json:"remedy"`
	Done   string           `json:"done"`
	Late   bool             `json:"late,omitempty"`
	At     int64            `json:"at"`
	By     meeting.PersonID `json:"by"`
	Asked  meeting.PersonID `json:"asked"`
}

type handoverDetails struct {
	From   meeting.PersonID `json:"from"`
	To     meeting.PersonID `json:"to"`
	Reason string           `json:"reason"`
	At     int64            `json:"at"`
}

type updateDetails struct {
	By      meeting.PersonID `json:"by"`
	At      int64            `json:"at"`
	Percent int              `json:"percent"`
	Text    string           `json:"text"`
}

type submissionDetails struct {
	Text    string           `json:"text"`
	Files   []fileDetails    `json:"files,omitempty"`
	At      int64            `json:"at"`
	Result  string           `json:"result,omitempty"`
	Missing string           `json:"missing,omitempty"`
	By      meeting.PersonID `json:"by,omitempty"`
}

type fileDetails struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func detailsOf(k *meeting.Task) taskDetails {
	d := taskDetails{
		Topic: k.Topic, IssuedAt: ms(k.IssuedAt),
		Deliverable: k.Deliverable, DueRaw: k.DueRaw, OriginalDue: ms(k.OriginalDue),
		Helpers: k.Helpers, CC: k.CC, Deciders: k.Deciders, Confirm: string(k.Confirm), Percent: k.Percent, NextReason: k.NextReason,
		AskedAt: ms(k.AskedAt), ConfirmedAt: ms(k.ConfirmedAt), SubmittedAt: ms(k.SubmittedAt), LastSign: ms(k.LastSign), HeldUntil: ms(k.HeldUntil),
		Terms: k.Terms, Extensions: k.Extensions, Returns: k.Returns, OverdueDays: k.OverdueDays, Reason: k.Reason,
		Owners: mapped(k.Owners, func(h meeting.Handover) handoverDetails {
			return handoverDetails{From: h.From, To: h.To, Reason: h.Reason, At: ms(h.At)}
		}),
		Updates: mapped(k.Updates, func(u meeting.Update) updateDetails {
			return updateDetails{By: u.By, At: ms(u.At), Percent: u.Percent, Text: u.Text}
		}),
		Evidence: mapped(k.Evidence, func(e meeting.Evidence) submissionDetails {
			files := mapped(e.Files, func(f meeting.FileRef) fileDetails { return fileDetails(f) })
			return submissionDetails{Text: e.Text, Files: files, At: ms(e.At), Result: e.Result, Missing: e.Missing, By: e.By}
		}),
	}
	if b := k.Blocker; b != nil {
		d.Blocker = &blockerDetails{Reason: b.Reason, Needs: b.Needs, What: b.What, At: ms(b.At)}
	}
	if p := k.Proposal; p != nil {
		d.Proposal = &proposalDetails{Kind: string(p.Kind), Due: ms(p.Due), Owner: p.Owner, Reason: p.Reason, At: ms(p.At)}
	}
	if x := k.Extension; x != nil {
		d.Extension = &extensionDetails{
			Seq: x.Seq, OldDue: ms(x.OldDue), NewDue: ms(x.NewDue), Reason: x.Reason, Impact: x.Impact, Remedy: x.Remedy,
			Done: x.Done, Late: x.Late, At: ms(x.At), By: x.By, Asked: x.Asked,
		}
	}
	return d
}

func (d taskDetails) toTask() *meeting.Task {
	k := &meeting.Task{
		Topic: d.Topic, IssuedAt: at(d.IssuedAt),
		Deliverable: d.Deliverable, DueRaw: d.DueRaw, OriginalDue: at(d.OriginalDue),
		Helpers: d.Helpers, CC: d.CC, Deciders: d.Deciders, Confirm: meeting.Confirmation(d.Confirm), Percent: d.Percent, NextReason: d.NextReason,
		AskedAt: at(d.AskedAt), ConfirmedAt: at(d.ConfirmedAt), SubmittedAt: at(d.SubmittedAt), LastSign: at(d.LastSign), HeldUntil: at(d.HeldUntil),
		Terms: d.Terms, Extensions: d.Extensions, Returns: d.Returns, OverdueDays: d.OverdueDays, Reason: d.Reason,
		Owners: mapped(d.Owners, func(h handoverDetails) meeting.Handover {
			return meeting.Handover{From: h.From, To: h.To, Reason: h.Reason, At: at(h.At)}
		}),
		Updates: mapped(d.Updates, func(u updateDetails) meeting.Update {
			return meeting.Update{By: u.By, At: at(u.At), Percent: u.Percent, Text: u.Text}
		}),
		Evidence: mapped(d.Evidence, func(e submissionDetails) meeting.Evidence {
			files := mapped(e.Files, func(f fileDetails) meeting.FileRef { return meeting.FileRef(f) })
			return meeting.Evidence{Text: e.Text, Files: files, At: at(e.At), Result: e.Result, Missing: e.Missing, By: e.By}
		}),
	}
	if b := d.Blocker; b != nil {
		k.Blocker = &meeting.Blocker{Reason: b.Reason, Needs: b.Needs, What: b.What, At: at(b.At)}
	}
	if p := d.Proposal; p != nil {
		k.Proposal = &meeting.Proposal{Kind: meeting.ProposalKind(p.Kind), Due: at(p.Due), Owner: p.Owner, Reason: p.Reason, At: at(p.At)}
	}
	if x := d.Extension; x != nil {
		k.Extension = &meeting.Extension{
			Seq: x.Seq, OldDue: at(x.OldDue), NewDue: at(x.NewDue), Reason: x.Reason, Impact: x.Impact, Remedy: x.Remedy,
			Done: x.Done, Late: x.Late, At: at(x.At), By: x.By, Asked: x.Asked,
		}
	}
	return k
}
