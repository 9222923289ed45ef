package dingtalk

import (
	"strings"
	"testing"
	"time"
)

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	sound := Options{ClientID: "ding1", ClientSecret: "s", Now: time.Now}
	if err := sound.check(); err != nil {
		t.Fatal(err)
	}
	if api, oapi := sound.hosts(); api != baseAPI || oapi != baseOAPI {
		t.Errorf("hosts %s and %s", api, oapi)
	}
	tests := map[string]func(*Options){
		"clock":       func(o *Options) { o.Now = nil },
		"client id":   func(o *Options) { o.ClientID = "" },
		"connections": func(o *Options) { o.Connections = 3 },
		"base URL":    func(o *Options) { o.OAPI = "ftp://x" },
	}
	for want, spoil := range tests {
		o := sound
		spoil(&o)
		if err := o.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
