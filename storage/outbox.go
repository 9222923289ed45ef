package storage

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// An outboxRow is a letter. NextAt is the only column that scans look at: on a
// pending letter the lease clock before which nobody claims it, on a held one
// moment of the business clock at which it wakes.
type outboxRow struct {
	ID            int64  `gorm:"primaryKey;index:ix_outbox_due,priority:3;index:ix_outbox_about,priority:3"`
	DedupKey      string `gorm:"uniqueIndex:uq_outbox_key"`
	SendUUID      string `gorm:"column:send_uuid"`
	Lane          string `gorm:"index:ix_outbox_lane,priority:1"`
	Place         int64  `gorm:"index:ix_outbox_lane,priority:3"`
	AfterID       int64  `gorm:"index:ix_outbox_after"`
	ToPerson      int64
	Kind          string `gorm:"index:ix_outbox_about,priority:1"`
	SubjectID     int64  `gorm:"index:ix_outbox_about,priority:2"`
	Fold          string `gorm:"index:ix_outbox_fold,priority:1"`
	State         int    `gorm:"index:ix_outbox_due,priority:1;index:ix_outbox_lane,priority:2;index:ix_outbox_fold,priority:2"`
	DueAt         int64
	NextAt        int64 `gorm:"index:ix_outbox_due,priority:2"`
	LeaseToken    string
	Attempts      int
	FirstTryAt    int64
	ExpiresAt     int64
	SentAt        int64
	PlatformMsgID string
	LastError     string
	Payload       string
	CreatedAt     int64
}

// TableName implements gorm's Tabler.
func (outboxRow) TableName() string { return "outbox" }

// payload is the part of a post that is only read to be sent.
type payload struct {
	Key       string         `json:"key"`
	Person    int64          `json:"person,omitempty"`
	Chat      string         `json:"chat,omitempty"`
	ReplyTo   string         `json:"replyTo,omitempty"`
	On        string         `json:"on,omitempty"`
	Text      string         `json:"text,omitempty"`
	Face      faceDetails    `json:"face,omitzero"`
	Edit      int64          `json:"edit,omitempty"`
	Why       string         `json:"why,omitempty"`
	Class     string         `json:"class,omitempty"`
	Notice    *noticeDetails `json:"notice,omitempty"`
	NotBefore int64          `json:"notBefore,omitempty"`
	Via       string         `json:"via,omitempty"`
}

type faceDetails struct {
	Name string `json:"name,omitempty"`
	Kind string `json:"kind,omitempty"`
	ID   int64  `json:"id,omitempty"`
	For  int64  `json:"for,omitempty"`
}

type noticeDetails struct {
	Kind    string `json:"kind"`
	Step    string `json:"step"`
	OfKind  string `json:"ofKind"`
	OfID    int64  `json:"ofId"`
	To      int64  `json:"to"`
	At      int64  `json:"at"`
	Expires int64  `json:"expires"`
	Mark    string `json:"mark"`
	Face    string `json:"face"`
	Digest  bool   `json:"digest,omitempty"`
	Prompt  bool   `json:"prompt,omitempty"`
}

const (
	// parking is how long a letter waits at most for the one before it in its
	// lane: a stuck head must not silence a chat.
	parking = 5 * time.Minute
	// life is how long after its moment a post without an end is still said.
	life = 24 * time.Hour
)

const letterColumns = `id, send_uuid, fold, state, due_at, lease_token, attempts, first_try_at, expires_at, sent_at, platform_msg_id, last_error, payload`

// A tail is the last pending letter of a lane.
type tail struct {
	ID    int64
	Lane  string
	Place int64
}

// Enqueue implements bot.Mail.
func (t *tx) Enqueue(now time.Time, posts ...bot.Post) error {
	var lanes []string
	for _, p := range posts {
		if p.Key == "" {
			return fmt.Errorf("post to %s: no key", p.To.Lane())
		}
		if !p.NotBefore.After(now) {
			lanes = append(lanes, p.To.Lane())
		}
	}
	tails, err := t.tails(lanes)
	if err != nil {
		return fmt.Errorf("lanes of %d posts: %w", len(posts), err)
	}
	for _, p := range posts {
		if err := t.enqueue(p, now, tails); err != nil {
			return fmt.Errorf("post %s: %w", p.Key, err)
		}
	}
	return nil
}

func (t *tx) enqueue(p bot.Post, now time.Time, tails map[string]tail) error {
	due, state := now, bot.Pending
	if p.NotBefore.After(now) {
		due, state = p.NotBefore, bot.Held
	}
	expires := p.Expires
	if expires.IsZero() {
		expires = due.Add(life)
	}
	content, err := encode(fromPost(p))
	if err != nil {
		return err
	}
	lane, about := p.To.Lane(), aboutOf(p)
	var last tail
	next, nextAt := "?", []any{ms(due)}
	if state == bot.Pending {
		last = tails[lane]
		last.Place++
		next, nextAt = t.soon(last.ID)
	}
	args := slices.Concat([]any{
		plain(p.Key, 120), p.SendUUID(), lane, last.Place, last.ID, int64(p.To.Person), about.Kind, about.ID, p.Fold, int(state), ms(due),
	}, nextAt, []any{ms(expires), content, ms(now)})
	id, err := t.insert(`INSERT INTO outbox (dedup_key, send_uuid, lane, place, after_id, to_person, kind, subject_id, fold, state, due_at,
		next_at, expires_at, payload, created_at, lease_token, attempts, first_try_at, sent_at, platform_msg_id, last_error)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, `+next+`, ?, ?, ?, '', 0, 0, 0, '', '')`, args...)
	switch {
	case duplicate(err): // said before
		return nil
	case err != nil:
		return err
	case state == bot.Pending:
		tails[lane] = tail{ID: id, Lane: lane, Place: last.Place}
	}
	return nil
}

// soon is when a letter behind another one may be claimed, as SQL: at once if
// there is none.
func (t *tx) soon(after int64) (sql string, args []any) {
	now := t.store.leaseNow()
	if after == 0 {
		return now.SQL, now.Vars
	}
	return now.SQL + " + ?", append(slices.Clone(now.Vars), parking.Milliseconds())
}

// tails finds the end of each lane. Where others may settle that letter at the
// same time its row is locked, or they would release what is not there yet and
// the new letter would stay parked.
func (t *tx) tails(lanes []string) (map[string]tail, error) {
	out := map[string]tail{}
	if len(lanes) == 0 {
		return out, nil
	}
	slices.Sort(lanes)
	lanes = slices.Compact(lanes)
	var found []tail
	_, err := t.find(&found, `SELECT o.id, o.lane, o.place FROM outbox o
		JOIN (SELECT lane, MAX(place) AS place FROM outbox WHERE state = 0 AND lane IN ? GROUP BY lane) e ON e.lane = o.lane AND e.place = o.place
		WHERE o.state = 0 ORDER BY o.id`, lanes)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		out[f.Lane] = f
	}
	if !t.store.forShare || len(out) == 0 {
		return out, nil
	}
	var ids, still []int64
	for _, f := range out {
		ids = append(ids, f.ID)
	}
	slices.Sort(ids)
	if _, err := t.find(&still, "SELECT id FROM outbox WHERE id IN ? AND state = 0 ORDER BY id FOR UPDATE", ids); err != nil {
		return nil, err
	}
	for lane, f := range out {
		if !slices.Contains(still, f.ID) {
			delete(out, lane)
		}
	}
	return out, nil
}

// Letter implements bot.Mail.
func (t *tx) Letter(id int64) (bot.Letter, error) {
	var row outboxRow
	if err := t.one(&row, "SELECT "+letterColumns+" FROM outbox WHERE id = ?", id); err != nil {
		return bot.Letter{}, fmt.Errorf("letter %d: %w", id, err)
	}
	l, err := row.toLetter()
	if err != nil {
		return bot.Letter{}, err
	}
	return l, t.now(&l)
}

// Letters implements bot.Mail.
func (t *tx) Letters(about meeting.Ref, limit int) ([]bot.Letter, error) {
	ids, err := t.subjects(about)
	if err != nil {
		return nil, err
	}
	var rows []outboxRow
	_, err = t.find(&rows, "SELECT "+letterColumns+" FROM outbox WHERE kind = ? AND subject_id IN ? ORDER BY id DESC LIMIT ?", about.Kind, ids, limit)
	if err != nil {
		return nil, fmt.Errorf("letters about %s %d: %w", about.Kind, about.ID, err)
	}
	return t.letters(rows)
}

// Said implements bot.Mail.
func (t *tx) Said(key string) (bool, error) {
	var n int64
	if _, err := t.find(&n, "SELECT COUNT(*) FROM outbox WHERE dedup_key = ?", plain(key, 120)); err != nil {
		return false, fmt.Errorf("key %s: %w", key, err)
	}
	return n > 0, nil
}

// UnsentTo implements bot.Mail.
func (t *tx) UnsentTo(to bot.To, limit int) ([]bot.Letter, error) {
	lanes, err := t.lanes(to)
	if err != nil {
		return nil, err
	}
	var rows []outboxRow
	_, err = t.find(&rows, "SELECT "+letterColumns+" FROM outbox WHERE lane IN ? AND state = 7 ORDER BY id DESC LIMIT ?", lanes, limit)
	if err != nil {
		return nil, fmt.Errorf("unsent to %s: %w", to.Lane(), err)
	}
	return t.letters(rows)
}

// Told implements bot.Mail. Another turn may have told it.
func (t *tx) Told(now time.Time, id int64, needless bool) error {
	state, told := bot.Sent, ms(now)
	if needless {
		state, told = bot.Skipped, 0
	}
	if _, err := t.exec("UPDATE outbox SET state = ?, sent_at = ? WHERE id = ? AND state = 7", int(state), told, id); err != nil {
		return fmt.Errorf("letter %d: %w", id, err)
	}
	return nil
}

// SentTo implements bot.Mail. On SQLite it reads the outbox through: it is asked
// for seldom.
func (t *tx) SentTo(to bot.To, since time.Time) (bool, error) {
	lanes, err := t.lanes(to)
	if err != nil {
		return false, err
	}
	var n int64
	_, err = t.find(&n, "SELECT COUNT(*) FROM outbox WHERE lane IN ? AND (state = 0 OR state = 2 AND sent_at >= ?)", lanes, ms(since))
	if err != nil {
		return false, fmt.Errorf("what was sent to %s: %w", to.Lane(), err)
	}
	return n > 0, nil
}

// letters are toLetters, to who the persons in them are by now.
func (t *tx) letters(rows []outboxRow) ([]bot.Letter, error) {
	out, err := toLetters(rows)
	if err != nil {
		return nil, err
	}
	return out, t.now(&out)
}

func toLetters(rows []outboxRow) ([]bot.Letter, error) {
	out := make([]bot.Letter, len(rows))
	var errs []error
	for i, row := range rows {
		var err error
		out[i], err = row.toLetter()
		errs = append(errs, err)
	}
	return out, errors.Join(errs...)
}

// aboutOf is the subject of a post: what it shows or reminds of.
func aboutOf(p bot.Post) meeting.Ref {
	if p.Face.Of == (meeting.Ref{}) && p.Notice != nil {
		return p.Notice.Of
	}
	return p.Face.Of
}

func fromPost(p bot.Post) payload {
	out := payload{
		Key: p.Key, Person: int64(p.To.Person), Chat: string(p.To.Chat), ReplyTo: string(p.To.ReplyTo), On: p.To.On, Text: p.Text,
		Face: faceDetails{Name: p.Face.Name, Kind: p.Face.Of.Kind, ID: p.Face.Of.ID, For: int64(p.Face.For)},
		Edit: p.Edit, Why: p.Why, Class: string(p.Class), NotBefore: ms(p.NotBefore), Via: p.Via,
	}
	if n := p.Notice; n != nil {
		out.Notice = &noticeDetails{
			Kind: n.Kind, Step: n.Step, OfKind: n.Of.Kind, OfID: n.Of.ID, To: int64(n.To), At: ms(n.At), Expires: ms(n.Expires),
			Mark: n.Mark, Face: n.Face, Digest: n.Digest, Prompt: n.Prompt,
		}
	}
	return out
}

func (r outboxRow) toLetter() (bot.Letter, error) {
	var p payload
	if err := json.Unmarshal([]byte(r.Payload), &p); err != nil {
		return bot.Letter{}, fmt.Errorf("payload of letter %d: %w", r.ID, err)
	}
	l := bot.Letter{
		Post: bot.Post{
			Key: p.Key, To: bot.To{Person: meeting.PersonID(p.Person), Chat: bot.ChatID(p.Chat), ReplyTo: bot.MessageID(p.ReplyTo), On: p.On}, Text: p.Text,
			Face: bot.Face{Name: p.Face.Name, Of: meeting.Ref{Kind: p.Face.Kind, ID: p.Face.ID}, For: meeting.PersonID(p.Face.For)},
			Edit: p.Edit, Why: p.Why, Class: bot.Class(p.Class), Fold: r.Fold, NotBefore: at(p.NotBefore), Expires: at(r.ExpiresAt), Via: p.Via,
		},
		ID: r.ID, UUID: r.SendUUID, Token: r.LeaseToken, State: bot.State(r.State), DueAt: at(r.DueAt), Attempts: r.Attempts,
		FirstTry: at(r.FirstTryAt), SentAt: at(r.SentAt), Message: bot.MessageID(r.PlatformMsgID), Note: r.LastError,
	}
	if n := p.Notice; n != nil {
		l.Notice = &meeting.Notice{
			Kind: n.Kind, Step: n.Step, Of: meeting.Ref{Kind: n.OfKind, ID: n.OfID}, To: meeting.PersonID(n.To), At: at(n.At), Expires: at(n.Expires),
			Mark: n.Mark, Face: n.Face, Digest: n.Digest, Prompt: n.Prompt,
		}
	}
	return l, nil
}

// cut keeps the first n characters.
func cut(text string, n int) string {
	r := []rune(valid(text))
	return string(r[:cmp.Or(min(n, len(r)), 0)])
}
