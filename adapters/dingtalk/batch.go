package dingtalk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"huiban/bot"
)

// The platform takes one message to up to twenty people in one call, which costs as
// much as one to one of them. Send waits a moment for others that say the same: until
// nobody came for joinWithin, and no longer than five times that. Cards whose people
// see different things weigh no more together than a card may.
const (
	mostJoined = 20
	joinWithin = 200 * time.Millisecond
)

// joins are the messages that wait for others.
type joins struct {
	within time.Duration // 0 is joinWithin

	mu   sync.Mutex
	open map[string]*join
}

// A join is one call to several people.
type join struct {
	people []joiner  // each once
	weight int       // of all faces
	differ bool      // whether the faces do
	came   time.Time // when the last of them did
	closed bool
	full   chan struct{}
	done   chan struct{}
	each   verdicts
}

// A joiner is one of a join, what is sent to him, and the face of it if it is a card.
type joiner struct {
	userID string
	out    bot.Out
	face   string
}

func (j joiner) same(o joiner) bool { return j.userID == o.userID }

// verdicts are what became of a call for each of its people.
type verdicts func(userID string) (bot.MessageID, error)

// A joinedCall makes the call to the people who are still there.
type joinedCall func(ctx context.Context, people []joiner) verdicts

// send joins what is for one with what others get under key, and makes the call once. A
// caller whose ctx ends before the call begins leaves the others.
func (q *joins) send(ctx context.Context, key string, one joiner, call joinedCall) (bot.MessageID, error) {
	j := q.enter(ctx, key, one, call)
	select {
	case <-j.done:
	case <-ctx.Done():
		if q.leave(j, one) {
			return "", &unsentError{ctx.Err()}
		}
		return "", fmt.Errorf("dingtalk: a message that is on its way: %w", ctx.Err())
	}
	return j.each(one.userID)
}

func (q *joins) enter(ctx context.Context, key string, one joiner, call joinedCall) *join {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open == nil {
		q.open = map[string]*join{}
	}
	j := q.open[key]
	if j != nil && j.takes(one) {
		j.people, j.came = append(j.people, one), time.Now()
		if len(j.people) == mostJoined {
			q.shut(key, j)
			close(j.full)
		}
		return j
	}
	j = &join{people: []joiner{one}, weight: len(one.face), came: time.Now(), full: make(chan struct{}), done: make(chan struct{})}
	q.open[key] = j
	go func() {
		defer close(j.done)
		q.gather(j)
		q.mu.Lock()
		q.shut(key, j)
		people := j.people
		q.mu.Unlock()
		if len(people) > 0 {
			j.each = together(context.WithoutCancel(ctx), people, call)
		}
	}()
	return j
}

// takes reports whether there is room for one more, and reserves it; q.mu is held.
func (j *join) takes(one joiner) bool {
	if slices.ContainsFunc(j.people, one.same) {
		return false
	}
	differ := j.differ || len(j.people) > 0 && j.people[0].face != one.face
	if differ && j.weight+len(one.face) > mostFace {
		return false
	}
	j.differ, j.weight = differ, j.weight+len(one.face)
	return true
}

// gather waits for more people.
func (q *joins) gather(j *join) {
	within := cmp.Or(q.within, joinWithin)
	began := time.Now()
	timer := time.NewTimer(within)
	defer timer.Stop()
	for {
		select {
		case <-j.full:
			return
		case <-timer.C:
		}
		q.mu.Lock()
		came := j.came
		q.mu.Unlock()
		left := min(time.Until(came.Add(within)), time.Until(began.Add(5*within)))
		if left <= 0 {
			return
		}
		timer.Reset(left)
	}
}

// together makes one call for all. If it is refused because of one of them, whom the
// platform does not name, or of what one of them is to read, each gets an own call.
func together(ctx context.Context, people []joiner, call joinedCall) verdicts {
	all := call(ctx, people)
	_, err := all(people[0].userID)
	refused := unreachable(err) || different(people) && (classIs(err, content) || classIs(err, passing))
	if len(people) == 1 || !refused {
		return all
	}
	own := map[string]verdicts{}
	for i, one := range people {
		own[one.userID] = call(ctx, people[i:i+1])
	}
	return func(userID string) (bot.MessageID, error) { return own[userID](userID) }
}

// shut lets nobody in or out any more; q.mu is held.
func (q *joins) shut(key string, j *join) {
	j.closed = true
	if q.open[key] == j {
		delete(q.open, key)
	}
}

func (q *joins) leave(j *join, one joiner) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if j.closed {
		return false
	}
	j.people = slices.DeleteFunc(j.people, one.same)
	return true
}

// different reports whether people are to read different things.
func different(people []joiner) bool {
	return slices.ContainsFunc(people, func(one joiner) bool { return one.face != people[0].face })
}

func idsOf(people []joiner) []string {
	ids := make([]string, len(people))
	for i, one := range people {
		ids[i] = one.userID
	}
	return ids
}

// digest is a key of what is said.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(fmt.Appendf(nil, "%d %s", len(p), p))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// toPerson sends a message of the robot to one person.
func (p *Platform) toPerson(ctx context.Context, m robotMessage, o bot.Out) (bot.MessageID, error) {
	if outside(o.Account) {
		return "", bot.Permanent(errors.New(wordOutside))
	}
	return p.joins.send(ctx, digest(m.Key, m.Param), joiner{userID: bare(o.Account), out: o}, func(ctx context.Context, people []joiner) verdicts {
		return p.toPeople(ctx, m, idsOf(people))
	})
}

// toPeople makes the call, whose answer says of each person what became of it.
func (p *Platform) toPeople(ctx context.Context, m robotMessage, people []string) verdicts {
	var answer struct {
		Query   string   `json:"processQueryKey"`
		Invalid []string `json:"invalidStaffIdList"`
		Slow    []string `json:"flowControlledStaffIdList"`
	}
	err := p.client.call(ctx, request{
		method: "POST", path: "/v1.0/robot/oToMessages/batchSend", kind: KindPrivate,
		body: object{"robotCode": p.o.RobotCode, "userIds": people, "msgKey": m.Key, "msgParam": m.Param},
	}, &answer)
	return func(id string) (bot.MessageID, error) {
		switch {
		case unreachable(err):
			return "", bot.Permanent(fmt.Errorf("%s：%w", wordNotInApp, err))
		case err != nil:
			return "", p.refusedRobot(err)
		case slices.Contains(answer.Invalid, id):
			return "", bot.Permanent(errors.New(wordNotInApp))
		case slices.Contains(answer.Slow, id):
			return "", bot.RetryAfter(2*time.Second, errors.New("dingtalk: flow control of one person"))
		}
		return bot.MessageID("q:" + answer.Query), nil
	}
}
