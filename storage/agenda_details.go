package storage

import (
	"time"

	"huiban/bot/meeting"
)

// usedNanos is a span, which unlike instants is kept to the nanosecond.
type topicDetails struct {
	Seq        int              `json:"seq"`
	Title      string           `json:"title"`
	Output     string           `json:"output,omitempty"`
	OutputText string           `json:"outputText,omitempty"`
	Minutes    int              `json:"minutes,omitempty"`
	In         string           `json:"in,omitempty"`
	Out        string           `json:"out,omitempty"`
	Presenter  meeting.PersonID `json:"presenter,omitempty"`
	Needs      []string         `json:"needs,omitempty"`
	Status     string           `json:"status,omitempty"`
	OpenedAt   int64            `json:"openedAt,omitempty"`
	Used       int64            `json:"usedNanos,omitempty"`
	Extra      int              `json:"extra,omitempty"`
	Wrap       *wrapDetails     `json:"wrap,omitempty"`
}

func detailsOfTopic(t meeting.Topic) topicDetails {
	return topicDetails{
		Seq: t.Seq, Title: t.Title, Output: string(t.Output), OutputText: t.OutputText, Minutes: t.Minutes, In: t.In, Out: t.Out,
		Presenter: t.Presenter, Needs: t.Needs, Status: string(t.Status), OpenedAt: ms(t.OpenedAt), Used: int64(t.Used), Extra: t.Extra,
		Wrap: pointed(t.Wrap, detailsOfWrap),
	}
}

func (d topicDetails) toTopic() meeting.Topic {
	return meeting.Topic{
		Seq: d.Seq, Title: d.Title, Output: meeting.Output(d.Output), OutputText: d.OutputText, Minutes: d.Minutes, In: d.In, Out: d.Out,
		Presenter: d.Presenter, Needs: d.Needs, Status: meeting.TopicStatus(d.Status), OpenedAt: at(d.OpenedAt), Used: time.Duration(d.Used),
		Extra: d.Extra, Wrap: pointed(d.Wrap, wrapDetails.toWrap),
	}
}

type wrapDetails struct {
	TasksClear bool             `json:"tasksClear,omitempty"`
	OwnersSaid bool             `json:"ownersSaid,omitempty"`
	DatesFit   bool             `json:"datesFit,omitempty"`
	At         int64            `json:"at"`
	By         meeting.PersonID `json:"by"`
}

func detailsOfWrap(w meeting.Wrap) wrapDetails {
	return wrapDetails{
		TasksClear: w.TasksClear, OwnersSaid: w.OwnersSaid, DatesFit: w.DatesFit, At: ms(w.At), By: w.By,
	}
}

func (d wrapDetails) toWrap() meeting.Wrap {
	return meeting.Wrap{
		TasksClear: d.TasksClear, OwnersSaid: d.OwnersSaid, DatesFit: d.DatesFit, At: at(d.At), By: d.By,
	}
}

type parkedDetails struct {
	Text string           `json:"text"`
	From int              `json:"from,omitempty"`
	By   meeting.PersonID `json:"by"`
	At   int64            `json:"at"`
}

func detailsOfParked(p meeting.Parked) parkedDetails {
	return parkedDetails{
		Text: p.Text, From: p.From, By: p.By, At: ms(p.At),
	}
}

func (d parkedDetails) toParked() meeting.Parked {
	return meeting.Parked{
		Text: d.Text, From: d.From, By: d.By, At: at(d.At),
	}
}

type materialDetails struct {
	Title   string           `json:"title"`
	Link    string           `json:"link,omitempty"`
	File    *fileDetails     `json:"file,omitempty"`
	Pages   int              `json:"pages,omitempty"`
	Focus   string           `json:"focus,omitempty"`
	Summary string           `json:"summary,omitempty"`
	Topic   int              `json:"topic,omitempty"`
	Owner   meeting.PersonID `json:"owner"`
	At      int64            `json:"at"`
}

func detailsOfMaterial(m meeting.Material) materialDetails {
	return materialDetails{
		Title: m.Title, Link: m.Link, File: (*fileDetails)(m.File), Pages: m.Pages, Focus: m.Focus, Summary: m.Summary, Topic: m.Topic,
		Owner: m.Owner, At: ms(m.At),
	}
}

func (d materialDetails) toMaterial() meeting.Material {
	return meeting.Material{
		Title: d.Title, Link: d.Link, File: (*meeting.FileRef)(d.File), Pages: d.Pages, Focus: d.Focus, Summary: d.Summary, Topic: d.Topic,
		Owner: d.Owner, At: at(d.At),
	}
}

type waiverDetails struct {
	Rule   string           `json:"rule"`
	Reason string           `json:"reason"`
	By     meeting.PersonID `json:"by"`
	At     int64            `json:"at"`
}

func detailsOfWaiver(w meeting.Waiver) waiverDetails {
	return waiverDetails{
		Rule: w.Rule, Reason: w.Reason, By: w.By, At: ms(w.At),
	}
}

func (d waiverDetails) toWaiver() meeting.Waiver {
	return meeting.Waiver{
		Rule: d.Rule, Reason: d.Reason, By: d.By, At: at(d.At),
	}
}

type opinionDetails struct {
	Topic      int              `json:"topic"`
	Department string           `json:"department"`
	Author     meeting.PersonID `json:"author"`
	None       bool             `json:"none,omitempty"`
	Situation  string           `json:"situation,omitempty"`
	Difficulty string           `json:"difficulty,omitempty"`
	Resources  string           `json:"resources,omitempty"`
	Proposal   string           `json:"proposal,omitempty"`
	Text       string           `json:"text,omitempty"`
	At         int64            `json:"at"`
	Late       bool             `json:"late,omitempty"`
}

func detailsOfOpinion(o meeting.Opinion) opinionDetails {
	return opinionDetails{
		Topic: o.Topic, Department: o.Department, Author: o.Author, None: o.None, Situation: o.Situation, Difficulty: o.Difficulty,
		Resources: o.Resources, Proposal: o.Proposal, Text: o.Text, At: ms(o.At), Late: o.Late,
	}
}

func (d opinionDetails) toOpinion() meeting.Opinion {
	return meeting.Opinion{
		Topic: d.Topic, Department: d.Department, Author: d.Author, None: d.None, Situation: d.Situation, Difficulty: d.Difficulty,
		Resources: d.Resources, Proposal: d.Proposal, Text: d.Text, At: at(d.At), Late: d.Late,
	}
}

type entryDetails struct {
	ID        int              `json:"id"`
	Kind      string           `json:"kind"`
	Topic     int              `json:"topic,omitempty"`
	Text      string           `json:"text"`
	Author    meeting.PersonID `json:"author"`
	Speaker   meeting.PersonID `json:"speaker,omitempty"`
	At        int64            `json:"at"`
	Withdrawn bool             `json:"withdrawn,omitempty"`
	Earlier   []string         `json:"earlier,omitempty"`
	Verdict   string           `json:"verdict,omitempty"`
	Lead      string           `json:"lead,omitempty"`
	Of        int              `json:"of,omitempty"`
	Task      int64            `json:"task,omitempty"`
	Owner     meeting.PersonID `json:"owner,omitempty"`
	Lacks     []string         `json:"lacks,omitempty"`
	Vague     []string         `json:"vague,omitempty"`
	Dispute   int64            `json:"dispute,omitempty"`
}

func detailsOfEntry(e meeting.Entry) entryDetails {
	return entryDetails{
		ID: e.ID, Kind: string(e.Kind), Topic: e.Topic, Text: e.Text, Author: e.Author, Speaker: e.Speaker, At: ms(e.At), Withdrawn: e.Withdrawn,
		Earlier: e.Earlier, Verdict: string(e.Verdict), Lead: e.Lead, Of: e.Of, Task: int64(e.Task), Owner: e.Owner, Lacks: e.Lacks,
		Vague: e.Vague, Dispute: int64(e.Dispute),
	}
}

func (d entryDetails) toEntry() meeting.Entry {
	return meeting.Entry{
		ID: d.ID, Kind: meeting.EntryKind(d.Kind), Topic: d.Topic, Text: d.Text, Author: d.Author, Speaker: d.Speaker, At: at(d.At),
		Withdrawn: d.Withdrawn, Earlier: d.Earlier, Verdict: meeting.DecisionKind(d.Verdict), Lead: d.Lead, Of: d.Of,
		Task: meeting.TaskID(d.Task), Owner: d.Owner, Lacks: d.Lacks, Vague: d.Vague, Dispute: meeting.DisputeID(d.Dispute),
	}
}
