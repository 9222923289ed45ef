package dingtalk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// renewal is how long before its end a token is asked for anew; until that end the
// platform may hand out the same one, so it is asked at most each renewalPause.
const (
	renewal      = 5 * time.Minute
	renewalPause = 30 * time.Second
)

// tokens is the access token of the app, good for both generations of the API.
type tokens struct {
	fetch func(ctx context.Context) (token string, life time.Duration, err error)
	now   func() time.Time
	group singleflight.Group

	mu          sync.Mutex
	value       string
	until, next time.Time // its end, and when it is asked for anew
}

// get returns a token that is good. Any number of callers cause one request.
func (t *tokens) get(ctx context.Context) (string, error) {
	value, good, fresh := t.held()
	if fresh {
		return value, nil
	}
	fetched := t.group.DoChan("", func() (any, error) {
		if value, _, fresh := t.held(); fresh {
			return value, nil // had by another call since we looked
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer cancel()
		value, life, err := t.fetch(ctx)
		if err != nil {
			return "", err
		}
		t.keep(value, life)
		return value, nil
	})
	select {
	case r := <-fetched:
		if r.Err != nil && good {
			return value, nil // the old one serves yet
		}
		fresh, _ := r.Val.(string)
		return fresh, r.Err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (t *tokens) held() (value string, good, fresh bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	good = t.value != "" && now.Before(t.until)
	return t.value, good, good && now.Before(t.next)
}

func (t *tokens) keep(value string, life time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	t.value, t.until, t.next = value, now.Add(life), now.Add(max(life-renewal, renewalPause))
}

// evict drops a token that the platform refused, unless it was replaced since.
func (t *tokens) evict(refused string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value == refused {
		t.value, t.until, t.next = "", time.Time{}, time.Time{}
	}
}

// fetchToken asks for an access token. It costs no quota.
func (c *client) fetchToken(ctx context.Context) (string, time.Duration, error) {
	const path = "/v1.0/oauth2/accessToken"
	body, kind, err := encode(map[string]string{"appKey": c.id, "appSecret": c.secret})
	if err != nil {
		return "", 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.api+path, bytes.NewReader(body))
	if err != nil {
		return "", 0, fmt.Errorf("token: %w", err)
	}
	req.Header.Set("Content-Type", kind)
	var answer struct {
		Token  string `json:"accessToken"`
		Expire int64  `json:"expireIn"` // seconds
	}
	if err := c.do(req, path, &answer, ""); err != nil {
		return "", 0, err
	}
	if answer.Token == "" || answer.Expire <= 0 {
		return "", 0, errors.New("dingtalk " + path + ": an answer without a token")
	}
	return answer.Token, time.Duration(answer.Expire) * time.Second, nil
}
