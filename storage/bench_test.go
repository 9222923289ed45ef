package storage

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/gormlite"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"

	"huiban/bot"
	"huiban/bot/meeting"
)

// onBoth runs a benchmark on both databases.
func onBoth(b *testing.B, run func(b *testing.B, open func() *Store)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) {
		run(b, func() *Store { return migrated(b, emptySQLite(b, filepath.Join(b.TempDir(), "data"), start)) })
	})
	b.Run("mysql", func(b *testing.B) {
		needMySQL(b)
		run(b, func() *Store { return migrated(b, emptyMySQL(b)) })
	})
}

// BenchmarkDueScan takes the first 200 of 10,000 due reminders out of 1,000,000
// (goal: 1 ms).
func BenchmarkDueScan(b *testing.B) {
	onBoth(b, func(b *testing.B, open func() *Store) {
		b.Helper()
		s := open()
		fillReminders(b, s, 1_000_000, 10_000)
		for b.Loop() {
			err := s.View(b.Context(), func(tx bot.Tx) error {
				due, err := tx.Ringing(start(), 200)
				if len(due) != 200 {
					return fmt.Errorf("%d due: %w", len(due), err)
				}
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkTurn runs the turn that most taps are (once-key, load, save, audit,
// alarm, cards, one post) through the store, and then the very statements that
// it sent, on another database like the first, through database/sql alone. The
// metric ratio is the throughput of the first over that of the second (goal:
// 0.65).
func BenchmarkTurn(b *testing.B) {
	for _, clients := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			onBoth(b, func(b *testing.B, open func() *Store) {
				b.Helper()
				ours, theirs := open(), open()
				ids := twins(b, ours, theirs, clients)
				tape := record(b, ours, clients)
				plain, err := theirs.write.DB()
				if err != nil {
					b.Fatal(err)
				}
				var store, raw timing
				const chunk = 512 // small, so that both meet the same weather
				for done := 0; b.Loop(); done++ {
					if done%chunk != 0 {
						continue
					}
					store.run(clients, chunk, func(client, i int) error {
						ctx := context.WithValue(b.Context(), clientKey{}, client)
						return ours.Do(ctx, func(tx bot.Tx) error { return tapTurn(tx, ids[client], done+i) })
					})
					raw.run(clients, chunk, func(client, _ int) error { return replay(b.Context(), plain, theirs.turn, tape.next(client)) })
				}
				if err := store.err; err != nil {
					b.Fatal(err)
				}
				if err := raw.err; err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(raw.sum)/float64(store.sum), "ratio")
				b.ReportMetric(float64(len(store.each))/store.sum.Seconds(), "turns/s")
				b.ReportMetric(store.p99().Seconds()*1000, "p99-ms")
				b.ReportMetric(raw.p99().Seconds()*1000, "raw-p99-ms")
				b.ReportMetric(0, "ns/op") // of a chunk: says nothing
			})
		})
	}
}

// twins writes the same tasks, one for each client, into both databases.
func twins(b *testing.B, a, z *Store, clients int) []meeting.TaskID {
	b.Helper()
	var ids []meeting.TaskID
	for _, s := range []*Store{a, z} {
		ids = nil
		for i := range clients {
			k := &meeting.Task{
				No: fmt.Sprintf("T-20260810-00-%02d", i), Description: "交付接口文档v1", Deliverable: "文档评审通过", Priority: meeting.High, Status: meeting.InProgress,
				Owner: 1, Host: 2, Acceptor: 3, Deciders: []meeting.PersonID{4}, Due: start().Add(48 * time.Hour), CreatedAt: start(),
			}
			err := s.Do(b.Context(), func(tx bot.Tx) error {
				k.ID = 0
				if err := tx.SaveTask(k); err != nil {
					return err
				}
				return tx.Arm(bot.Alarm{Of: k.Ref(), Version: 1, Since: start(), Next: start().Add(24 * time.Hour)})
			})
			if err != nil {
				b.Fatal(err)
			}
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// tapTurn is what the engine does for a tap that changes a task.
func tapTurn(tx bot.Tx, id meeting.TaskID, i int) error {
	event := fmt.Sprintf("tap/%d/%d", id, i)
	if _, err := tx.FirstTime(event, start()); err != nil {
		return err
	}
	k, err := tx.Task(id)
	if err != nil {
		return err
	}
	if _, _, err := tx.Alarm(k.Ref()); err != nil {
		return err
	}
	k.Percent = i % 100
	k.Updates = append(k.Updates[max(0, len(k.Updates)-3):], meeting.Update{By: 1, At: start(), Percent: k.Percent, Text: "写到第三章"})
	if err := tx.SaveTask(k); err != nil {
		return err
	}
	last, err := tx.LastAudit(k.Ref())
	if err != nil {
		return err
	}
	err = tx.Audit(bot.AuditEvent{
		Of: k.Ref(), Seq: last.Seq + 1, At: start(), Who: 1, Origin: bot.Tapped, Event: event,
		Change: meeting.Change{What: "进展", Who: 1, Before: "进度 10%", After: "进度 20%"}, Prev: last.Hash, Hash: fmt.Sprintf("%064d", i),
	})
	if err != nil {
		return err
	}
	if err := tx.Arm(bot.Alarm{Of: k.Ref(), Version: k.Version, Since: start(), Next: start().Add(time.Duration(i) * time.Minute)}); err != nil {
		return err
	}
	if _, err := tx.LiveCopies(k.Ref()); err != nil {
		return err
	}
	return tx.Enqueue(start(), bot.Post{
		Key: event + "/1", To: bot.To{Person: meeting.PersonID(int64(id)*1_000_000 + int64(i))}, Face: bot.Face{Name: "task", Of: k.Ref(), For: 2},
		Class: bot.ClassNews, Why: "您是这项待办的交办人。",
	})
}

// A timing is how long turns took.
type timing struct {
	sum  time.Duration
	each []time.Duration
	err  error
}

// run runs n turns, spread over clients.
func (m *timing) run(clients, n int, turn func(client, i int) error) {
	var all sync.WaitGroup
	var mu sync.Mutex
	begin := time.Now()
	for client := range clients {
		all.Go(func() {
			for i := client; i < n; i += clients {
				from := time.Now()
				err := turn(client, i)
				took := time.Since(from)
				mu.Lock()
				m.each = append(m.each, took)
				if err != nil && m.err == nil {
					m.err = fmt.Errorf("client %d: %w", client, err)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	m.sum += time.Since(begin)
}

func (m *timing) p99() time.Duration {
	slices.Sort(m.each)
	return m.each[len(m.each)*99/100]
}

// A line is one statement as the store sent it.
type line struct {
	query string
	args  []any
	reads bool
}

// A tape is what was sent in each turn, by client.
type tape struct {
	mu    sync.Mutex
	turns [][][]line
}

func (t *tape) next(client int) []line {
	t.mu.Lock()
	defer t.mu.Unlock()
	first := t.turns[client][0]
	t.turns[client] = t.turns[client][1:]
	return first
}

type clientKey struct{}

// record makes the store write down what it sends.
func record(b *testing.B, s *Store, clients int) *tape {
	b.Helper()
	db, err := s.write.DB()
	if err != nil {
		b.Fatal(err)
	}
	t := &tape{turns: make([][][]line, clients)}
	dialector := gormmysql.New(gormmysql.Config{Conn: recorder{db, t}, SkipInitializeWithVersion: true})
	if !s.forShare {
		dialector = gormlite.OpenDB(recorder{db, t})
	}
	if s.write, err = gorm.Open(dialector, quiet()); err != nil {
		b.Fatal(err)
	}
	return t
}

type recorder struct {
	*sql.DB

	tape *tape
}

// BeginTx implements gorm.ConnPoolBeginner.
func (r recorder) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := r.DB.BeginTx(ctx, o)
	client, _ := ctx.Value(clientKey{}).(int)
	return &recordedTx{Tx: tx, tape: r.tape, client: client}, err
}

type recordedTx struct {
	*sql.Tx

	tape   *tape
	client int
	sent   []line
}

func (r *recordedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	r.sent = append(r.sent, line{query: query, args: args})
	return r.Tx.ExecContext(ctx, query, args...)
}

func (r *recordedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.sent = append(r.sent, line{query: query, args: slices.Clone(args), reads: true})
	return r.Tx.QueryContext(ctx, query, args...)
}

func (r *recordedTx) Commit() error {
	err := r.Tx.Commit()
	if err == nil {
		r.tape.mu.Lock()
		defer r.tape.mu.Unlock()
		r.tape.turns[r.client] = append(r.tape.turns[r.client], r.sent)
	}
	return err
}

// replay sends a turn's statements through database/sql and reads the answers.
func replay(ctx context.Context, db *sql.DB, o *sql.TxOptions, lines []line) error {
	tx, err := db.BeginTx(ctx, o)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := replayLine(ctx, tx, l); err != nil {
			_ = tx.Rollback()
			return fmt.Errorf("%s: %w", l.query, err)
		}
	}
	return tx.Commit()
}

func replayLine(ctx context.Context, tx *sql.Tx, l line) error {
	if !l.reads {
		_, err := tx.ExecContext(ctx, l.query, l.args...)
		return err
	}
	rows, err := tx.QueryContext(ctx, l.query, l.args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	for i := range values {
		values[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// BenchmarkOutbox claims and settles letters, 32 at a time, by one courier:
// each in a lane of its own, and ten to a lane, where nine are parked at first.
func BenchmarkOutbox(b *testing.B) {
	for name, each := range map[string]int{"lanes=own": 1, "lanes=ten": 10} {
		b.Run(name, func(b *testing.B) {
			onBoth(b, func(b *testing.B, open func() *Store) {
				b.Helper()
				s := open()
				const letters = 2000
				var sum time.Duration
				n := 0
				for b.Loop() {
					b.StopTimer()
					err := s.Do(b.Context(), func(tx bot.Tx) error {
						for i := range letters {
							if err := tx.Enqueue(start(), post(fmt.Sprintf("k/%d/%d", n, i), int64(i/each))); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
					begin := time.Now()
					for left := letters; left > 0; {
						left -= settleAll(b, s, "t", 32)
					}
					sum += time.Since(begin)
					n += letters
				}
				b.ReportMetric(float64(n)/sum.Seconds(), "letters/s")
			})
		})
	}
}

// settleAll claims once and records all as sent.
func settleAll(b *testing.B, s *Store, token string, n int) int {
	b.Helper()
	letters, err := s.Claim(b.Context(), token, n, 30*time.Second)
	if err != nil {
		b.Fatal(err)
	}
	if len(letters) == 0 {
		b.Fatal("nothing to claim, though letters are left")
	}
	var outcomes []bot.Outcome
	for _, l := range letters {
		outcomes = append(outcomes, bot.Outcome{ID: l.ID, Token: l.Token, State: bot.Sent, Message: "m"})
	}
	var settled []int64
	err = s.Do(b.Context(), func(tx bot.Tx) (err error) {
		settled, err = tx.Settle(start(), outcomes...)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return len(settled)
}
