package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A found is where rules are named: rule -> labels, in the order they were found.
type found map[string][]string

func (f found) add(id, label string) {
	if !slices.Contains(f[id], label) {
		f[id] = append(f[id], label)
	}
}

// readTests collects what the tests of a tree name: Go tests by their names,
// their subtests and what they expect; transcripts by their comments.
func readTests(tree fs.FS) (found, error) {
	out := found{}
	err := eachFile(tree, ".", func(file string, body []byte) error {
		switch {
		case strings.HasSuffix(file, "_test.go"):
			return readGoTests(out, file, body)
		case strings.HasSuffix(file, ".txt") && strings.Contains(file, "testdata/"):
			readTranscript(out, file, body)
		}
		return nil
	})
	return out, err
}

// eachFile calls fn with the files below a folder, but not with those of
// folders that begin with a dot.
func eachFile(tree fs.FS, folder string, fn func(file string, body []byte) error) error {
	return fs.WalkDir(tree, folder, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && file != ".":
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, ".txt"):
			return nil
		}
		body, err := fs.ReadFile(tree, file)
		if err != nil {
			return err
		}
		return fn(file, body)
	})
}

// readTranscript takes the comments of a transcript, which begin a line.
func readTranscript(out found, file string, body []byte) {
	label := path.Base(file)
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if !strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		for _, id := range numbers(lines.Text()) {
			out.add(id, label)
		}
		out.transitions(lines.Text(), label)
	}
}

func readGoTests(out found, file string, body []byte) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, body, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if idle(d) {
				continue
			}
			for _, id := range namedBy(d.Name.Name) {
				out.add(id, d.Name.Name)
			}
			if strings.HasPrefix(d.Name.Name, "Test") {
				out.transitions(d.Doc.Text(), d.Name.Name)
			}
			out.inside(d.Body, d.Name.Name)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok {
					out.inside(v, path.Base(file)+" "+v.Names[0].Name)
				}
			}
		}
	}
	return nil
}

// idle reports whether a function checks nothing: no body, nothing in it, or a
// Skip at its beginning.
func idle(f *ast.FuncDecl) bool {
	if f.Body == nil || len(f.Body.List) == 0 {
		return true
	}
	first, ok := f.Body.List[0].(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := first.X.(*ast.CallExpr)
	return ok && strings.HasPrefix(called(call), "Skip")
}

// called is the name of the function of a call, without what it belongs to.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

var (
	onlyNumbers = regexp.MustCompile(`^(?:[RM]\d{1,2})+$`)
	eachNumber  = regexp.MustCompile(`[RM]\d{1,2}`)
)

// namedBy lists the rules in a function's name: TestR12_Late, TestR19R20_List.
func namedBy(name string) []string {
	var out []string
	rest, ok := strings.CutPrefix(name, "Test")
	if !ok {
		return nil
	}
	for part := range strings.SplitSeq(rest, "_") {
		if onlyNumbers.MatchString(part) {
			out = append(out, eachNumber.FindAllString(part, -1)...)
		}
	}
	return out
}

// heading is how a subtest or a row of a table begins that is about rules.
var heading = regexp.MustCompile(`^(?:Test)?([RM]\d{1,2}(?:[ ,、/_]*[RM]\d{1,2})*)(?:$|[ ,、/_:：])`)

func headed(text string) []string {
	m := heading.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	return eachNumber.FindAllString(m[1], -1)
}

// inside takes the subtests, the rows of tables and the expectations below a
// node: `t.Run("R38 …")`, `{"R38 vague", …}`, `refused(t, err, "R38")`.
func (f found) inside(n ast.Node, label string) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			f.call(n, label)
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				f.cell(e, label)
			}
		case *ast.BasicLit:
			if text, ok := literal(n); ok {
				f.transitions(text, label)
			}
		}
		return true
	})
}

// call takes the rules that a subtest's name begins with, or that a check which
// is handed t expects.
func (f found) call(call *ast.CallExpr, label string) {
	if called(call) == "Run" && len(call.Args) == 2 {
		if text, ok := literal(call.Args[0]); ok {
			for _, id := range headed(text) {
				f.add(id, label+"/"+text)
			}
		}
		return
	}
	if len(call.Args) == 0 {
		return
	}
	if t, ok := call.Args[0].(*ast.Ident); !ok || t.Name != "t" {
		return
	}
	for _, a := range call.Args[1:] {
		if text, ok := literal(a); ok {
			for _, id := range numbers(text) {
				f.add(id, label)
			}
		}
	}
}

// cell takes what a row of a table is called or expects. A value with a key is
// taken only where the key says so: Gap{Rule: "R35"} may be anybody's fixture.
func (f found) cell(e ast.Expr, label string) {
	if kv, ok := e.(*ast.KeyValueExpr); ok {
		if key, ok := kv.Key.(*ast.Ident); !ok || key.Name != "name" && key.Name != "rule" {
			return
		}
		e = kv.Value
	}
	if text, ok := literal(e); ok {
		for _, id := range headed(text) {
			f.add(id, label)
		}
	}
}

func literal(e ast.Expr) (string, bool) {
	b, ok := e.(*ast.BasicLit)
	if !ok || b.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(b.Value)
	return s, err == nil
}

var arrow = regexp.MustCompile(`\p{Han}+(?:\s*→\s*\p{Han}+)+`)

// transitions takes 草稿→已预通知 wherever it stands in a text; a chain of
// states is the transitions between them.
func (f found) transitions(text, label string) {
	for _, m := range arrow.FindAllString(text, -1) {
		states := strings.Split(strings.Join(strings.Fields(m), ""), "→")
		for i := range states[1:] {
			f.add(states[i]+"→"+states[i+1], label)
		}
	}
}
