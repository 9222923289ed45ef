package storage

import (
	"maps"
	"sync"
	"testing"
)

func TestCallsAreCountedByPlatformMonthAndKind(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		for _, c := range []struct {
			platform, month, kind string
			n                     int
		}{
			{"feishu", "2026-08", "", 3}, {"feishu", "2026-09", "", 5}, {"feishu", "2026-08", "", 0}, {"feishu", "2026-08", "", 1 << 40},
			{"dingtalk", "2026-08", "卡片更新", 7}, {"dingtalk", "2026-08", "群消息", 2}, {"dingtalk", "2026-08", "卡片更新", 1},
		} {
			if err := s.AddCalls(t.Context(), c.platform, c.month, c.kind, c.n); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			platform, month string
			want            map[string]int
		}{
			{"feishu", "2026-08", map[string]int{"": 3 + 1<<40}}, {"feishu", "2026-09", map[string]int{"": 5}},
			{"dingtalk", "2026-08", map[string]int{"卡片更新": 8, "群消息": 2}}, {"dingtalk", "2026-09", nil}, {"lark", "2026-08", nil},
		} {
			if got, err := s.Calls(t.Context(), c.platform, c.month); err != nil || !maps.Equal(got, c.want) {
				t.Errorf("%s in %s: %v, %v; want %v", c.platform, c.month, got, err, c.want)
			}
		}
	})
}

// TestNoCallIsLostAmongReplicas: whoever counts at the same time, the first of
// a month too, adds to the same number.
func TestNoCallIsLostAmongReplicas(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		const replicas, each = 4, 25
		s := open(t)
		var wg sync.WaitGroup
		for range replicas {
			wg.Go(func() {
				for range each {
					if err := s.AddCalls(t.Context(), "feishu", "2026-08", "群消息", 2); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if got, err := s.Calls(t.Context(), "feishu", "2026-08"); err != nil || got["群消息"] != 2*replicas*each {
			t.Errorf("%v, %v; want %d", got, err, 2*replicas*each)
		}
	})
}
