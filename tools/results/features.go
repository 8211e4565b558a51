package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
)

var (
	idTag   = regexp.MustCompile(`\[([A-Z]+-\d+)(?:/([a-z0-9-]+))?\]`)
	listRow = regexp.MustCompile(`^\| *([A-Z]+-\d+) *\|([^|]*)\|([^|]*)\|`)
)

type feature struct {
	id      string
	clauses []string
}

type tally struct{ passed, failed int }

// features prints for each row of the list how many tests carry it. A requirement with clauses is "partial n/m"
// until each clause has a passing test.
func features(dir, list string) error {
	rows, err := readFeatures(list)
	if err != nil {
		return err
	}
	runs, err := readAll(dir)
	if err != nil {
		return err
	}
	byID, byClause := map[string]*tally{}, map[string]*tally{}
	add := func(m map[string]*tally, k string, ok bool) {
		if m[k] == nil {
			m[k] = &tally{}
		}
		if ok {
			m[k].passed++
		} else {
			m[k].failed++
		}
	}
	for _, r := range runs {
		for _, o := range r.outcomes {
			for _, m := range idTag.FindAllStringSubmatch(o.name, -1) {
				add(byID, m[1], o.passed)
				if m[2] != "" {
					add(byClause, m[1]+"/"+m[2], o.passed)
				}
			}
		}
	}
	areas := map[string]map[string]int{}
	known := map[string]bool{}
	for _, f := range rows {
		known[f.id] = true
		state, line := judge(f, byID[f.id], byClause)
		fmt.Println(f.id, line)
		area := f.id[:strings.IndexByte(f.id, '-')]
		if areas[area] == nil {
			areas[area] = map[string]int{}
		}
		areas[area][state]++
	}
	for id := range byID {
		if !known[id] {
			return fmt.Errorf("a test carries %s, which %s does not list", id, list)
		}
	}
	names := make([]string, 0, len(areas))
	for a := range areas {
		names = append(names, a)
	}
	sort.Strings(names)
	for _, a := range names {
		s := areas[a]
		fmt.Printf("%s: %d passed, %d partial, %d failed, %d none\n", a, s["passed"], s["partial"], s["failed"], s["none"])
	}
	return nil
}

func judge(f feature, t *tally, byClause map[string]*tally) (state, line string) {
	if t == nil {
		return "none", "none 0"
	}
	if t.failed > 0 {
		return "failed", fmt.Sprintf("failed %d", t.failed)
	}
	have := 0
	for _, c := range f.clauses {
		if k := byClause[f.id+"/"+c]; k != nil && k.passed > 0 {
			have++
		}
	}
	if have < len(f.clauses) {
		return "partial", fmt.Sprintf("partial %d/%d", have, len(f.clauses))
	}
	return "passed", fmt.Sprintf("passed %d", t.passed)
}

func readFeatures(path string) ([]feature, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows []feature
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		m := listRow.FindStringSubmatch(sc.Text())
		if m == nil {
			continue
		}
		rows = append(rows, feature{m[1], strings.Fields(strings.ReplaceAll(m[3], ",", " "))})
	}
	return rows, sc.Err()
}
