package letter

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var rewrite = flag.Bool("rewrite", false, "write what comes out of testdata, to be read by a person before it is committed")

// readAs is what must come out of a mail of testdata.
type readAs struct {
	Automatic  string   `json:",omitempty"`
	MessageID  string   `json:",omitempty"`
	InReplyTo  []string `json:",omitempty"`
	References []string `json:",omitempty"`
	From       []string `json:",omitempty"`
	Sender     []string `json:",omitempty"`
	ReplyTo    []string `json:",omitempty"`
	To         []string `json:",omitempty"`
	Cc         []string `json:",omitempty"`
	Date       string   `json:",omitempty"`
	Subject    string
	Language   string `json:",omitempty"`
	Text       []string
	HTML       []string `json:",omitempty"`
	Remote     int      `json:",omitempty"`
	Files      []string `json:",omitempty"`
	Problems   []string `json:",omitempty"`
}

func described(m *Letter) readAs {
	list := func(in []Address) (out []string) {
		for _, a := range in {
			out = append(out, a.Name+" <"+a.Address+">")
		}
		return out
	}
	r := readAs{
		Automatic: m.Automatic, MessageID: m.MessageID, InReplyTo: m.InReplyTo, References: m.References, From: list(m.From), Sender: list(m.Sender), ReplyTo: list(m.ReplyTo),
		To: list(m.To), Cc: list(m.Cc), Subject: m.Subject, Language: m.Language, Text: strings.Split(m.Text, "\n"), Remote: m.RemoteImages, Problems: m.Problems,
	}
	if !m.Date.IsZero() {
		r.Date = m.Date.Format(time.RFC3339)
	}
	if m.HTML != "" {
		r.HTML = strings.Split(m.HTML, "\n")
	}
	for _, f := range m.Files {
		s := fmt.Sprintf("%s (%s) %q", f.Name, f.Type, cutText(string(f.Content), 60))
		if f.Inline {
			s += " inline as " + f.ContentID
		}
		r.Files = append(r.Files, s)
	}
	return r
}

func TestTestdata(t *testing.T) {
	mails, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(mails) < 60 {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
	for _, path := range mails {
		name := strings.TrimSuffix(filepath.Base(path), ".eml")
		id := "E-2"
		if strings.HasPrefix(name, "auto-") {
			id = "E-1"
		} else if name == "references" {
			id = "E-4"
		}
		t.Run("["+id+"] "+name, func(t *testing.T) {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			m, err := Read(raw, DefaultLimits)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			enc := json.NewEncoder(&got)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(described(m)); err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(path, ".eml") + ".json"
			if *rewrite {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("read as\n%s\nmust be\n%s", got.String(), want)
			}
			if h, err := Peek(raw); err != nil || h.Subject != m.Subject || h.Automatic != m.Automatic || h.MessageID != m.MessageID {
				t.Errorf("the head alone is read as %+v, %v", h, err)
			}
		})
	}
}
