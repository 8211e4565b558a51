package letter

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const plainHead = "From: anna@example.org\r\nSubject: x\r\n"

// nested is a mail of n multiparts within each other.
func nested(n int) []byte {
	var b bytes.Buffer
	b.WriteString(plainHead)
	for i := range n {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	b.WriteString("\r\ndeep\r\n")
	return b.Bytes()
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name    string
		raw     []byte
		problem string
	}{
		{"ten thousand levels", nested(10_000), ProblemDepthLimit},
		{"a hundred thousand parts", []byte(plainHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", 100_000)), ProblemPartsLimit},
		{"a header of 4 MiB", []byte(plainHead + "X-Long: " + strings.Repeat("a", 4<<20) + "\r\n\r\nx"), ProblemHeaderLimit},
		{"a header of a million fields", []byte(plainHead + strings.Repeat("X: y\r\n", 1_000_000) + "\r\nx"), ProblemHeaderLimit},
		{"a header of a million folds", []byte(plainHead + "X: y\r\n" + strings.Repeat(" y\r\n", 1_000_000) + "\r\nx"), ProblemHeaderLimit},
		{"twenty thousand addresses", []byte(plainHead + "To: " + strings.Repeat("a@b.c, ", 20_000) + "\r\n\r\nx"), ProblemAddressLimit},
		{"text of 20 MiB", []byte(plainHead + "\r\n" + strings.Repeat("a text that never ends\r\n", 900_000)), ProblemTextLimit},
		{"HTML of 20 MiB", []byte(plainHead + "Content-Type: text/html\r\n\r\n" + strings.Repeat("<div><p>a text that never ends", 700_000)), ProblemTextLimit},
		{"HTML that is nested without end", []byte(plainHead + "Content-Type: text/html\r\n\r\n" + strings.Repeat("<div>x", 200_000)), ProblemHTMLBroken},
		{"files of 30 MiB", []byte(plainHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: image/png; name=a.png\r\n\r\n"+strings.Repeat("x", 10<<20)+"\r\n", 3)), ProblemDecodedLimit},
		{"encoded words without end", []byte(plainHead + "Subject: " + strings.Repeat("=?a?q?", 80_000) + "\r\nSubject: y\r\n\r\nx"), ""},
		{"brackets without end", []byte(plainHead + "To: " + strings.Repeat("(", 400_000) + "\r\n\r\nx"), ""},
		{"colons without end", []byte(plainHead + "To: " + strings.Repeat("x", 200_000) + "@" + strings.Repeat(":", 200_000) + "\r\n\r\nx"), ""},
		{"parameters without end", []byte(plainHead + "Content-Type: text/plain" + strings.Repeat("; a*1=b", 60_000) + "\r\n\r\nx"), ""},
		{"style rules for every element", []byte(plainHead + "Content-Type: text/html\r\n\r\n<style>" + strings.Repeat("td b{color:red;padding:1px}b.c{color:blue}", 5000) + "</style>" + strings.Repeat("<b class=c>x</b>", 100_000)), ""},
		{"comments in a style", []byte(plainHead + "Content-Type: text/html\r\n\r\n<p style=\"" + strings.Repeat("/**/", 400_000) + "\">x"), ""},
		{"blockquotes", []byte(plainHead + "Content-Type: text/html\r\n\r\n" + strings.Repeat("<blockquote><p>x", 480)), ""},
	} {
		t.Run("[E-2] "+c.name+" cost little", func(t *testing.T) {
			begin := time.Now()
			m, err := Read(c.raw, DefaultLimits)
			if err != nil {
				t.Fatal(err)
			}
			if c.problem != "" && !slices.Contains(m.Problems, c.problem) {
				t.Errorf("problems %v, want %s", m.Problems, c.problem)
			}
			if m.Subject == "" || int64(len(m.Text)) > DefaultLimits.Text || len(m.HTML) > 16<<20 {
				t.Errorf("subject %q, text of %d, HTML of %d bytes", cutText(m.Subject, 80), len(m.Text), len(m.HTML))
			}
			_ = SplitHTML(m.HTML)
			_, _, _ = Split(m.Text)
			t.Logf("%d bytes in %v", len(c.raw), time.Since(begin).Round(time.Millisecond))
		})
	}
	t.Run("[E-2] a text that is too long stands among the files whole", func(t *testing.T) {
		l := DefaultLimits
		l.Text = 10
		m, err := Read([]byte(plainHead+"Content-Type: text/plain; charset=utf-8\r\n\r\nПривет, мир, и всё такое"), l)
		if err != nil || m.Text != "Приве" || len(m.Files) != 1 || string(m.Files[0].Content) != "Привет, мир, и всё такое" {
			t.Errorf("%q %+v %v", m.Text, m.Files, err)
		}
	})
	t.Run("[E-2] a mail of 25 MiB in files is read whole", func(t *testing.T) {
		o := Outgoing{From: Address{"", "a@b.c"}, Text: "x"}
		for i := range 5 {
			o.Files = append(o.Files, File{Name: fmt.Sprintf("%d.bin", i), Content: bytes.Repeat([]byte{byte(i)}, 5<<20-1)})
		}
		raw, err := Write(o)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Read(raw, DefaultLimits)
		if err != nil || len(m.Problems) > 0 || len(m.Files) != 5 || len(m.Files[4].Content) != 5<<20-1 {
			t.Errorf("%v %v, %d files", err, m.Problems, len(m.Files))
		}
	})
}

func TestNoMail(t *testing.T) {
	for _, c := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"nothing", nil, ErrEmpty}, {"only line ends", []byte("\r\n\r\n"), ErrEmpty}, {"noughts", make([]byte, 1000), ErrEmpty},
		{"a picture", []byte("\x89PNG\r\n\x1a\n\x00\x00"), ErrNotMail}, {"prose", []byte("Once upon a time\nthere was: nothing\n"), ErrNotMail},
		{"too large", make([]byte, DefaultLimits.Size+1), ErrTooLarge},
	} {
		t.Run("[E-2] "+c.name+" is no mail", func(t *testing.T) {
			if m, err := Read(c.raw, DefaultLimits); !errors.Is(err, c.want) {
				t.Errorf("%v %v", m, err)
			}
		})
	}
}

// madeMail is a mail of about n bytes with HTML and one file.
func madeMail(b *testing.B, n int) []byte {
	b.Helper()
	o := fullMail()
	o.Text, o.HTML = strings.Repeat("Добрый день, где мой заказ? ", 20), "<style>.a{color:red}</style><table><tr><td class=a>"+strings.Repeat("<p style='margin:0;color:#333'>Добрый день!</p>", 15)+"</table>"
	o.Files = []File{{Name: "a.pdf", Type: "application/pdf", Content: bytes.Repeat([]byte("%PDF-1.7 "), max(0, n-5000)*3/4/9)}}
	raw, err := Write(o)
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{5 << 10, 5 << 20} {
		b.Run(fmt.Sprintf("%dKB", n>>10), func(b *testing.B) {
			raw := madeMail(b, n)
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if _, err := Read(raw, DefaultLimits); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
		})
	}
}

func BenchmarkPeek(b *testing.B) {
	raw := madeMail(b, 5<<20)
	for b.Loop() {
		if _, err := Peek(raw); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

func BenchmarkWrite(b *testing.B) {
	o := fullMail()
	o.Files[1].Content = make([]byte, 3<<20)
	for b.Loop() {
		if _, err := Write(o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
