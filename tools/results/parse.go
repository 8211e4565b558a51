package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

func parse(name string, b []byte) ([]outcome, error) {
	switch {
	case strings.HasSuffix(name, ".go.json"):
		return parseGo(b)
	case strings.HasSuffix(name, ".vitest.json"):
		return parseVitest(b)
	case strings.HasSuffix(name, ".playwright.json"):
		return parsePlaywright(b)
	}
	return nil, fmt.Errorf("unknown kind of result file")
}

// parseGo counts the leaves of the test tree (a parent passes with its children) and each package that failed
// without a failing test, such as one that does not compile or that panicked.
func parseGo(b []byte) ([]outcome, error) {
	type event struct{ Action, Package, Test, Output string }
	last, said := map[string]string{}, map[string]string{}
	parent := map[string]bool{}
	pkgFailed, testFailed := map[string]bool{}, map[string]bool{}
	sc := bufio.NewScanner(bytes.NewReader(b))
	sc.Buffer(make([]byte, 1<<20), 64<<20)
	for sc.Scan() {
		var e event
		if json.Unmarshal(sc.Bytes(), &e) != nil {
			continue // a compiler's plain line among the events
		}
		if e.Test == "" {
			said[e.Package] += e.Output
			if e.Action == "fail" {
				pkgFailed[e.Package] = true
			}
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output":
			if !strings.HasPrefix(e.Output, "=== ") {
				said[key] += e.Output
			}
		case "run":
			last[key] = "unfinished"
			for i := range e.Test {
				if e.Test[i] == '/' {
					parent[e.Package+" "+e.Test[:i]] = true
				}
			}
		case "pass", "fail", "skip":
			last[key] = e.Action
			if e.Action != "pass" {
				testFailed[e.Package] = true
			} else {
				delete(said, key)
			}
		}
	}
	var out []outcome
	for key, how := range last {
		if parent[key] && how == "pass" {
			continue
		}
		out = append(out, outcome{key, how == "pass", how, said[key]})
	}
	for p := range pkgFailed {
		if !testFailed[p] {
			out = append(out, outcome{p, false, "package failed", said[p]})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out, sc.Err()
}

func parseVitest(b []byte) ([]outcome, error) {
	var v struct {
		TestResults []struct {
			Name             string
			Status           string
			Message          string
			AssertionResults []struct {
				FullName, Status string
				FailureMessages  []string
			}
		}
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return nil, err
	}
	var out []outcome
	for _, f := range v.TestResults {
		if f.Status != "passed" && len(f.AssertionResults) == 0 {
			out = append(out, outcome{f.Name, false, "", f.Message})
		}
		for _, a := range f.AssertionResults {
			out = append(out, outcome{a.FullName, a.Status == "passed", a.Status, strings.Join(a.FailureMessages, "\n")})
		}
	}
	return out, nil
}

type pwSuite struct {
	Title  string
	Suites []pwSuite
	Specs  []struct {
		Title string
		Ok    bool
		Tests []struct {
			ProjectName string
			Status      string
			Results     []struct {
				Errors []struct{ Message string }
			}
		}
	}
}

func parsePlaywright(b []byte) ([]outcome, error) {
	var v struct {
		Suites []pwSuite
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return nil, err
	}
	var out []outcome
	var walk func(prefix string, s pwSuite)
	walk = func(prefix string, s pwSuite) {
		prefix = strings.TrimSpace(prefix + " " + s.Title)
		for _, sp := range s.Specs {
			for _, t := range sp.Tests {
				o := outcome{prefix + " " + sp.Title + " (" + t.ProjectName + ")", t.Status == "expected", t.Status, ""}
				for _, r := range t.Results {
					for _, e := range r.Errors {
						o.said += e.Message + "\n"
					}
				}
				out = append(out, o)
			}
		}
		for _, c := range s.Suites {
			walk(prefix, c)
		}
	}
	for _, s := range v.Suites {
		walk("", s)
	}
	for _, e := range v.Errors {
		out = append(out, outcome{"playwright", false, "", e.Message})
	}
	return out, nil
}
