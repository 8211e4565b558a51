// Command results reads what the test runners of this project wrote and says it in one line, or per requirement.
//
//	results sum DIR                     what each failed test said, one line a runner, then "N passed, M failed"
//	results features DIR FEATURES.md    one line a requirement of FEATURES.md: passed, partial, failed or none
//
// DIR holds *.go.json (go test -json), *.vitest.json and *.playwright.json. A skipped test counts as failed:
// nothing is skipped silently here.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// outcome is one test as its runner saw it; the name carries the requirement IDs in brackets.
type outcome struct {
	name   string
	passed bool
	why    string
	said   string // what a failed test printed
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "results:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "sum":
		return sum(args[1])
	case len(args) == 3 && args[0] == "features":
		return features(args[1], args[2])
	}
	return fmt.Errorf("usage: results sum DIR | results features DIR FEATURES.md")
}

func sum(dir string) error {
	runs, err := readAll(dir)
	if err != nil {
		return err
	}
	passed, failed := 0, 0
	for _, r := range runs {
		p, f := 0, 0
		for _, o := range r.outcomes {
			if o.passed {
				p++
				continue
			}
			f++
			fmt.Printf("FAIL %s: %s %s\n%s", r.file, o.name, o.why, excerpt(o.said))
		}
		fmt.Printf("%s: %d ok, %d not ok\n", r.file, p, f)
		passed, failed = passed+p, failed+f
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 || passed == 0 {
		return fmt.Errorf("not green")
	}
	return nil
}

// excerpt is the beginning and the end of what a test said, without a
// terminal's colours: enough to begin the search where only the sum was kept.
func excerpt(said string) string {
	const lines, width = 8, 400 // lines at each end
	text := strings.TrimSpace(colours.ReplaceAllString(said, ""))
	if text == "" {
		return ""
	}
	all := strings.Split(text, "\n")
	var b strings.Builder
	for i, line := range all {
		if i >= lines && i < len(all)-lines {
			continue
		}
		fmt.Fprintf(&b, "     | %.*s\n", width, line)
	}
	return b.String()
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

type testRun struct {
	file     string
	outcomes []outcome
}

func readAll(dir string) ([]testRun, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	if len(files) == 0 {
		return nil, fmt.Errorf("no results in %s: run make test first", dir)
	}
	var runs []testRun
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		o, err := parse(filepath.Base(f), b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		runs = append(runs, testRun{filepath.Base(f), o})
	}
	return runs, nil
}
