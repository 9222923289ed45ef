// Coverage prints which tests name each rule of the method, and where the rule
// is put into practice. It fails if a finished rule is named by no test, or a
// test names a rule that does not exist.
//
//	go run ./.ci/coverage
package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// listed is where the rules stand, with what is finished.
const listed = ".ci/rules.tsv"

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	holes, err := run(os.DirFS(root), os.Stdout)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "coverage-of-rules:", err)
		os.Exit(2)
	}
	if holes > 0 {
		os.Exit(1)
	}
}

// run writes the table for a tree and returns how many holes it has.
func run(tree fs.FS, out io.Writer) (int, error) {
	file, err := tree.Open(listed)
	if err != nil {
		return 0, err
	}
	rules, err := readRules(file)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", listed, err)
	}
	if err := file.Close(); err != nil {
		return 0, err
	}
	tests, err := readTests(tree)
	if err != nil {
		return 0, err
	}
	homes, err := readHomes(tree)
	if err != nil {
		return 0, err
	}
	t := table{rules: rules, tests: tests, homes: homes}
	return t.write(out)
}

// readHomes collects where the code of the bot speaks of rules, commands and
// their cards first.
func readHomes(tree fs.FS) (found, error) {
	out := found{}
	err := eachFile(tree, "bot", func(file string, body []byte) error {
		if strings.HasSuffix(file, "_test.go") || !strings.HasSuffix(file, ".go") {
			return nil
		}
		for _, id := range numbers(string(body)) {
			out.add(id, strings.TrimPrefix(file, "bot/"))
		}
		return nil
	})
	rank := func(file string) int {
		return slices.Index([]string{"meeting", "command"}, path.Dir(file)) // others are -1
	}
	for _, files := range out {
		slices.SortStableFunc(files, func(a, b string) int { return rank(b) - rank(a) })
	}
	return out, err
}
