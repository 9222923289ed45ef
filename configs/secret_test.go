package configs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestSecretIsShownNowhere(t *testing.T) {
	c := Default()
	c.Store = Store{Driver: "mysql", DSN: "u:hunter2@tcp(db)/h"}
	shown := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v"} {
		shown["config "+verb] = fmt.Sprintf(verb, c)
		shown["pointer "+verb] = fmt.Sprintf(verb, &c)
		shown["secret "+verb] = fmt.Sprintf(verb, c.Store.DSN)
	}
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var text, lines bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("config", "dsn", c.Store.DSN, "all", c)
	slog.New(slog.NewJSONHandler(&lines, nil)).Info("config", "dsn", c.Store.DSN, "all", c)
	shown["json"], shown["yaml"], shown["slog text"], shown["slog json"] = string(asJSON), string(asYAML), text.String(), lines.String()
	shown["error"] = fmt.Errorf("open %v: %w", c.Store.DSN, os.ErrClosed).Error()
	for where, s := range shown {
		if strings.Contains(s, "hunter2") || strings.Contains(s, fmt.Sprintf("%x", "hunter2")) || strings.Contains(s, fmt.Sprintf("%X", "hunter2")) {
			t.Errorf("%s shows the secret: %s", where, s)
		}
	}
	for _, where := range []string{"json", "yaml", "slog text", "secret %v", "config %+v"} {
		if !strings.Contains(shown[where], redacted) {
			t.Errorf("%s does not say that something is hidden: %s", where, shown[where])
		}
	}
	if got := c.Store.DSN.Reveal(); got != "u:hunter2@tcp(db)/h" {
		t.Errorf("Reveal: %s", got)
	}
	if got := fmt.Sprint(Secret("")); got != "" {
		t.Errorf("no secret is shown as %q", got)
	}
}
