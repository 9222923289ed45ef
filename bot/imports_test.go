package bot_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// row says what packages below a folder may import of ours. A folder not listed
// is a package nobody has thought about, and fails.
var rows = []struct { //nolint:gochecknoglobals // a table
	folder string
	ours   []string
}{
	{"bot/workday", nil},
	{"bot/wording", nil},
	{"bot/card", nil},
	{"bot/paper", nil},
	{"bot/when", []string{"bot/workday"}},
	{"bot/talk", []string{"bot/when", "bot/wording"}},
	{"bot/meeting", []string{"bot/workday", "bot/wording"}},
	{"bot/command", []string{"bot", "bot/meeting", "bot/card", "bot/paper", "bot/when", "bot/talk", "bot/workday", "bot/wording"}},
	{"bot/bottest", []string{"bot", "bot/meeting", "bot/card", "bot/paper", "bot/when", "bot/talk", "bot/workday", "bot/wording"}},
	{"bot", []string{"bot/meeting", "bot/card", "bot/paper", "bot/when", "bot/talk", "bot/workday", "bot/wording"}},
	{"storage", []string{"bot", "bot/meeting", "bot/card", "bot/paper", "bot/workday"}},
	{"scheduler", []string{"bot", "bot/meeting", "bot/card", "bot/workday"}},
	{"adapters/playground", []string{"bot", "bot/meeting", "bot/card", "bot/paper", "bot/workday"}},
	{"adapters/feishu", []string{"bot", "bot/meeting", "bot/card", "bot/paper", "bot/workday"}},
	{"adapters/feishu/feishutest", []string{"adapters/platformtest"}},
	{"adapters/dingtalk", []string{"bot", "bot/meeting", "bot/card", "bot/paper", "bot/workday"}},
	{"adapters/dingtalk/dingtalktest", []string{"adapters/platformtest"}},
	{"adapters/platformtest", nil},
	{"configs", nil},
	{"cmd/huiban", []string{"*"}},
}

// fenced are modules and the one folder that may import them.
var fenced = map[string]string{ //nolint:gochecknoglobals // a table
	"gorm.io/":                   "storage",
	"github.com/ncruces/":        "storage",
	"github.com/go-sql-driver/":  "storage",
	"github.com/pressly/goose":   "storage",
	"database/sql":               "storage",
	"github.com/robfig/cron":     "scheduler",
	"github.com/larksuite/":      "adapters/feishu",
	"github.com/open-dingtalk/":  "adapters/dingtalk",
	"github.com/xuri/excelize":   "adapters/office",
	"github.com/alecthomas/kong": "cmd/huiban",
	"github.com/lmittmann/tint":  "cmd/huiban",
	"go.yaml.in/yaml":            "configs",
	"github.com/caarlos0/env":    "configs",
}

// TestImportRules holds design.md section 2: it reads the imports of every Go
// file of the project, tests included.
func TestImportRules(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(file, ".go") {
			return nil
		}
		files++
		checkImports(t, filepath.ToSlash(file[len("../"):]), imports(t, file))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 80 {
		t.Errorf("only %d files were read", files)
	}
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, i := range parsed.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}

func checkImports(t *testing.T, file string, imports []string) {
	t.Helper()
	folder := path.Dir(file)
	test := strings.HasSuffix(file, "_test.go")
	at := slices.IndexFunc(rows, func(r struct {
		folder string
		ours   []string
	}) bool {
		return r.folder == folder
	})
	if at < 0 {
		t.Errorf("%s: the folder has no row in the import rules", file)
		return
	}
	for _, i := range imports {
		if ours, ok := strings.CutPrefix(i, "huiban/"); ok && !allowed(rows[at].ours, ours, folder, test) {
			t.Errorf("%s may not import %s", file, i)
		}
		for module, only := range fenced {
			if strings.HasPrefix(i, module) && folder != only && !test {
				t.Errorf("%s may not import %s: only %s does", file, i, only)
			}
		}
		if strings.HasPrefix(folder, "bot") && !test && folder != "bot/bottest" && slices.Contains([]string{"os", "net", "net/http", "os/exec", "math/rand", "math/rand/v2", "crypto/rand"}, i) {
			t.Errorf("%s may not import %s: bot does no I/O and decides alike for like input", file, i)
		}
	}
}

func allowed(ours []string, name, folder string, test bool) bool {
	return slices.Contains(ours, "*") || slices.Contains(ours, name) ||
		test && (name == folder || name == folder+"/"+path.Base(folder)+"test" || name == "bot/bottest" || name == "bot")
}

// TestImportRulesCatch: the check above can fail.
func TestImportRulesCatch(t *testing.T) {
	for _, c := range []struct{ folder, name string }{
		{"bot", "storage"}, {"bot/meeting", "bot"}, {"storage", "bot/command"}, {"adapters/playground", "storage"}, {"scheduler", "configs"},
	} {
		for _, r := range rows {
			if r.folder == c.folder && allowed(r.ours, c.name, c.folder, false) {
				t.Errorf("%s may import %s", c.folder, c.name)
			}
		}
	}
}
