package app

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// rooms is the order of docs/ARCHITECTURE.md from the outside in. A package may import packages of later rows
// only; packages of one row never import each other.
var rooms = [][]string{
	{"app"},
	{"sip", "webrtc", "mailbox", "messenger", "widget", "callbutton"},
	{"report", "campaign", "simulate"},
	{"desk"},
	{"call", "chat", "email"},
	{"contact", "cases", "knowledge", "directory", "teamchat", "calendar", "recording"},
	{"scenario", "workflow"},
	{"floor"},
	{"floor/core"},
	{"interaction"},
	{"stats"},
	{"access", "webhook", "site", "picture"},
	{"org"},
	{"audit"},
	{"web"},
	{"media", "letter", "jobs", "blob", "egress", "virus"},
	{"bus"},
	{"db"},
	{"secret"},
	{"run"},
	{"fail"},
}

// link is what a Markdown link or picture names.
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

type pkg struct {
	ImportPath, Dir string
	Imports         []string
	GoFiles         []string
}

func listPackages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "./...")
	cmd.Dir = "../.."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
	return pkgs
}

// room finds the row of a package below internal/; test helpers (dbtest and the like) count as their parent's room.
func room(path string) (row int, name string, ok bool) {
	rel, ok := strings.CutPrefix(path, "parley/internal/")
	if !ok {
		return 0, "", false
	}
	for best := rel; ; {
		for i, r := range rooms {
			for _, n := range r {
				if n == best {
					return i, n, true
				}
			}
		}
		cut := strings.LastIndexByte(best, '/')
		if cut < 0 {
			return 0, rel, true
		}
		best = best[:cut]
	}
}

func TestStructure(t *testing.T) {
	pkgs := listPackages(t)
	arch, err := os.ReadFile("../../docs/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("imports point down", func(t *testing.T) {
		for _, p := range pkgs {
			from, name, ok := room(p.ImportPath)
			if !ok || strings.HasSuffix(p.ImportPath, "test") {
				continue
			}
			if name != "app" && from == 0 {
				t.Errorf("%s has no row in rooms", p.ImportPath)
			}
			for _, imp := range p.Imports {
				to, toName, ok := room(imp)
				if !ok || toName == name {
					continue
				}
				if to <= from {
					t.Errorf("%s imports %s: imports point down the list only", p.ImportPath, imp)
				}
			}
		}
	})
	t.Run("every package has one doc comment", func(t *testing.T) {
		for _, p := range pkgs {
			n := 0
			for _, f := range p.GoFiles {
				src, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, f), nil, parser.PackageClauseOnly|parser.ParseComments)
				if err != nil {
					t.Fatal(err)
				}
				if src.Doc != nil {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s has %d package comments, want one", p.ImportPath, n)
			}
		}
	})
	t.Run("every folder has its line in ARCHITECTURE.md", func(t *testing.T) {
		for _, p := range pkgs {
			rel, ok := strings.CutPrefix(p.ImportPath, "parley/internal/")
			if ok && !strings.HasSuffix(rel, "test") && !strings.Contains(string(arch), "`"+rel+"/`") {
				t.Errorf("docs/ARCHITECTURE.md has no line for `%s/`", rel)
			}
		}
	})
	t.Run("links of the documents lead to files", func(t *testing.T) {
		pages := []string{"../../README.md", "../../CONTRIBUTING.md", "../../web/README.md"}
		err := filepath.WalkDir("../../docs", func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".md") {
				pages = append(pages, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range pages {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range link.FindAllStringSubmatch(string(text), -1) {
				to, _, _ := strings.Cut(m[1], "#")
				if to == "" || strings.Contains(to, "://") {
					continue
				}
				if _, err := os.Stat(filepath.Join(filepath.Dir(page), to)); err != nil {
					t.Errorf("%s: %s leads nowhere", page, m[1])
				}
			}
		}
	})
}
