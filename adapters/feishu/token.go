package feishu

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	"golang.org/x/sync/singleflight"
)

// renewal is how long before its end a token is replaced: below 30 minutes the
// platform hands out a new one while the old still works.
const renewal = 20 * time.Minute

// tokens is the tenant access token of one app. The SDK's own cache is global to
// the process, fetches once for every caller at once and keeps a token that the
// platform has refused until its end; so it is switched off.
type tokens struct {
	fetch func(ctx context.Context) (token string, life time.Duration, err error)
	now   func() time.Time
	group singleflight.Group

	mu    sync.Mutex
	value string
	until time.Time
}

// get returns a token that is good for a while yet. Any number of callers cause
// one request.
func (t *tokens) get(ctx context.Context) (string, error) {
	value, left := t.held()
	if left > renewal {
		return value, nil
	}
	fetched := t.group.DoChan("", func() (any, error) {
		if value, left := t.held(); left > renewal {
			return value, nil // had by another call since we looked
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer cancel()
		fresh, life, err := t.fetch(ctx)
		if err != nil {
			return "", err
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		t.value, t.until = fresh, t.now().Add(life)
		return fresh, nil
	})
	select {
	case r := <-fetched:
		if r.Err != nil && left > 0 {
			return value, nil // the old one serves yet
		}
		fresh, _ := r.Val.(string)
		return fresh, r.Err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (t *tokens) held() (value string, left time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.value, t.until.Sub(t.now())
}

// evict drops a token that the platform refused, unless it was replaced since.
func (t *tokens) evict(refused string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value == refused {
		t.value, t.until = "", time.Time{}
	}
}

// fetchToken asks for a tenant access token.
func (c *client) fetchToken(ctx context.Context) (string, time.Duration, error) {
	resp, err := larkcore.Request(ctx, &larkcore.ApiReq{
		HttpMethod: http.MethodPost,
		ApiPath:    "/open-apis/auth/v3/tenant_access_token/internal",
		Body:       map[string]string{"app_id": c.config.AppId, "app_secret": c.config.AppSecret},
	}, c.config)
	c.counted(1)
	if err != nil {
		return "", 0, c.clean(err)
	}
	var answer struct {
		Token  string `json:"tenant_access_token"`
		Expire int64  `json:"expire"` // seconds
	}
	if err := decode(resp, "tenant_access_token", &answer); err != nil {
		return "", 0, err
	}
	if answer.Token == "" || answer.Expire <= 0 {
		return "", 0, fmt.Errorf("tenant_access_token: empty answer, log id %s", resp.LogId())
	}
	return answer.Token, time.Duration(answer.Expire) * time.Second, nil
}
