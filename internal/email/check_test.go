package email

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/jobs"
	"parley/internal/letter"
	"parley/internal/virus"
	"parley/internal/virus/virustest"
	"parley/internal/web"
)

// pixel stands for a picture in a mail's text.
const pixel = "GIF89a a very small picture"

// parcel is a mail with a picture in its text and files.
func parcel(id, picture string, files ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "From: Vera <vera@example.org>\r\nSubject: Parcel %s\r\nMessage-ID: <%s@example.org>\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Look</p><img src=\"cid:pic\">\r\n", id, id)
	fmt.Fprintf(&b, "--b\r\nContent-Type: image/gif\r\nContent-ID: <pic>\r\nContent-Disposition: inline; filename=pic.gif\r\n\r\n%s\r\n", picture)
	for n, f := range files {
		fmt.Fprintf(&b, "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=file%d.bin\r\n\r\n%s\r\n", n, f)
	}
	return b.String() + "--b--\r\n"
}

// scans gives the desk a scanner and lets the jobs run until the test ends.
func (k *desk) scans(s Scanner) {
	k.Helper()
	k.s.scanner = s
	r, err := jobs.New(k.ctx, k.db, jobs.Config{Poll: 10 * time.Millisecond})
	k.must(err)
	k.s.RegisterJobs(r)
	k.must(r.Start(k.ctx))
	k.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		k.must(r.Stop(ctx))
	})
}

func clamd(k *desk, at string) Scanner {
	k.Helper()
	s, err := virus.New(at)
	k.must(err)
	return s
}

// theMail is the mail with an identifier, and its files.
func (k *desk) theMail(id string) (*Mail, []MailFile) {
	k.Helper()
	var m Mail
	k.must(k.db.Read().NewSelect().Model(&m).Where("m.tenant_id = ? AND m.message_id = ?", tenant, id+"@example.org").Scan(k.ctx))
	files, err := k.s.filesOf(k.ctx, k.db.Read(), tenant, m.ID)
	k.must(err)
	return &m, files
}

// comesRaw lets a mail arrive and be understood.
func (k *desk) comesRaw(raw string) {
	k.Helper()
	k.arrives(raw)
	k.understand()
}

// states are those of the files of a mail, in its order.
func (k *desk) states(id string) string {
	k.Helper()
	_, files := k.theMail(id)
	var out []string
	for _, f := range files {
		out = append(out, strings.TrimSpace(f.CheckState+" "+f.CheckWords))
	}
	return strings.Join(out, ", ")
}

// get asks a handler of contents: the code of its refusal, or what it gives.
func (k *desk) get(h http.HandlerFunc, id string) (code, body string) {
	k.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	r.SetPathValue("id", id)
	w := httptest.NewRecorder()
	h(w, r.WithContext(web.WithIdentity(k.ctx, k.who("anna"))))
	if w.Code == http.StatusOK {
		return "", w.Body.String()
	}
	var p struct{ Code, Detail string }
	k.must(json.Unmarshal(w.Body.Bytes(), &p))
	if p.Code == "" || strings.Contains(w.Body.String(), "GIF89a") || strings.Contains(w.Body.String(), virustest.EICAR) {
		k.Fatalf("%d %s", w.Code, w.Body)
	}
	return p.Code, p.Detail
}

func TestVirusCheck(t *testing.T) {
	c := virustest.New(t).Start()
	each(t, func(d *desk) {
		api := API{Mails: d.s}
		d.ready("anna")
		_, was := d.inHand("anna", parcel("before", pixel, "from before"))
		d.Run("[E-23/virus-check] without a scanner files have no state and open", func(t *testing.T) {
			m, files := d.theMail("before")
			if d.states("before") != ", " || len(files) != 2 {
				t.Fatal(d.states("before"))
			}
			if code, body := d.get(api.file, files[1].ID); code != "" || body != "from before" {
				t.Errorf("%s %q", code, body)
			}
			if code, _ := d.get(api.raw, m.ID); code != "" {
				t.Error(code)
			}
		})
		d.scans(clamd(d, c.Unix))

		d.Run("[E-23/virus-check] files from before the check was switched on stay open", func(t *testing.T) {
			_, files := d.theMail("before")
			if code, _ := d.get(api.file, files[1].ID); code != "" {
				t.Error(code)
			}
			draft, its, err := d.s.BeginDraft(d.ctx, tenant, "anna", was, KindForward, "")
			d.must(err)
			d.must(shutAny(its))
			d.must(d.s.DeleteDraft(d.ctx, tenant, "anna", draft.ID))
		})
		d.ready("boris")
		d.inHand("boris", parcel("good", pixel, "a clean file"))
		d.Run("[E-23/virus-check] a clean file opens, is shown and goes along when it was checked", func(t *testing.T) {
			d.until("the files are checked", func() bool { return d.states("good") == "clean, clean" })
			m, files := d.theMail("good")
			if code, body := d.get(api.file, files[1].ID); code != "" || body != "a clean file" {
				t.Errorf("%s %q", code, body)
			}
			if code, body := d.get(api.html, m.ID); code != "" || !strings.Contains(body, "/api/mail-files/"+files[0].ID) {
				t.Errorf("%s %s", code, body)
			}
			if code, _ := d.get(api.raw, m.ID); code != "" {
				t.Error(code)
			}
		})
		d.ready("carl")
		_, segment := d.inHand("carl", parcel("bad", virustest.EICAR, virustest.EICAR, "beside it"))
		d.Run("[E-23/virus-check] a virus is refused everywhere, with its name; what lies beside it opens", func(t *testing.T) {
			bad := "infected " + virustest.Name
			d.until("the files are checked", func() bool { return d.states("bad") == bad+", "+bad+", clean" })
			m, files := d.theMail("bad")
			for _, f := range files[:2] {
				if code, words := d.get(api.file, f.ID); code != "PAR-6011" || !strings.Contains(words, virustest.Name) {
					t.Errorf("%s: %s %s", f.Name, code, words)
				}
			}
			if code, body := d.get(api.file, files[2].ID); code != "" || body != "beside it" {
				t.Errorf("%s %q", code, body)
			}
			if code, _ := d.get(api.raw, m.ID); code != "PAR-6011" {
				t.Errorf("as it came: %s", code)
			}
			if code, body := d.get(api.html, m.ID); code != "" || strings.Contains(body, files[0].ID) || !strings.Contains(body, "Look") {
				t.Errorf("the text: %s %s", code, body)
			}
			v := d.s.mailView(d.ctx, d.who("anna"), m, files)
			if v.Files[1].CheckState != CheckInfected || v.Files[1].CheckWords != virustest.Name || v.Files[2].CheckState != CheckClean {
				t.Errorf("%+v", v.Files)
			}
		})
		d.Run("[E-23/virus-check] nothing with a virus leaves: a forwarded mail goes when it was taken out, an answer leaves it behind", func(t *testing.T) {
			draft, files, err := d.s.BeginDraft(d.ctx, tenant, "carl", segment, KindReply, "")
			d.must(err)
			if len(files) != 0 || strings.Contains(draft.HTML, "cid:") {
				t.Errorf("the answer: %v %s", files, draft.HTML)
			}
			draft, files, err = d.s.BeginDraft(d.ctx, tenant, "carl", segment, KindForward, "")
			d.must(err)
			if len(files) != 2 || files[0].CheckState != CheckInfected || strings.Contains(draft.HTML, "cid:") {
				t.Fatalf("forwarded: %+v %s", files, draft.HTML)
			}
			draft, err = d.s.SaveDraft(d.ctx, tenant, "carl", draft.ID, Edit{Version: draft.Version, To: []Address{{Address: "x@example.org"}}, Subject: "Fwd", HTML: draft.HTML})
			d.must(err)
			if _, err := d.s.Send(d.ctx, tenant, "carl", draft.ID, 0, false); fail.Code(err) != "PAR-6011" {
				t.Errorf("sent with it: %v", err)
			}
			if code, _ := d.get(api.file, files[0].ID); code != "PAR-6011" {
				t.Errorf("the draft's file: %s", code)
			}
			d.must(d.s.Detach(d.ctx, tenant, "carl", draft.ID, files[0].ID))
			d.must(second(d.s.Send(d.ctx, tenant, "carl", draft.ID, 0, false)))
			d.send()
			sent := d.relay.all()
			l, err := letter.Read(sent[len(sent)-1].Raw, letter.DefaultLimits)
			d.must(err)
			if len(l.Files) != 1 || string(l.Files[0].Content) != "beside it" {
				t.Errorf("%d files went", len(l.Files))
			}
		})
		d.Run("[E-23/virus-check] what is too large for the scanner stays shut and says so", func(t *testing.T) {
			d.comesRaw(parcel("large", pixel, strings.Repeat("large ", virustest.StreamMax/5)))
			d.until("the file was tried", func() bool { return d.states("large") == "clean, waiting too_large" })
			_, files := d.theMail("large")
			if code, _ := d.get(api.file, files[1].ID); code != "PAR-6012" {
				t.Error(code)
			}
		})
	})
}

func TestScannerAway(t *testing.T) {
	each(t, func(d *desk) {
		c := virustest.New(t)
		api := API{Mails: d.s}
		d.scans(clamd(d, c.TCP))
		d.ready("anna")
		d.Run("[E-23/virus-check] while the scanner is away the mail is there and its files wait, with the reason", func(t *testing.T) {
			caseID, segment := d.inHand("anna", parcel("away", pixel, "a file"))
			d.until("the reason stands", func() bool { return d.states("away") == "waiting away, waiting" })
			m, files := d.theMail("away")
			if m.CaseID != caseID || m.State != StateReceived {
				t.Errorf("%+v", m)
			}
			for f, want := range map[string]string{files[0].ID: "PAR-6012", files[1].ID: "PAR-6010"} {
				if code, _ := d.get(api.file, f); code != want {
					t.Errorf("%s, want %s", code, want)
				}
			}
			if code, _ := d.get(api.raw, m.ID); code != "PAR-6012" {
				t.Error(code)
			}
			draft, its, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, KindReply, "")
			d.must(err)
			if len(its) != 0 { // an answer does not wait for a picture
				t.Errorf("%+v", its)
			}
			d.must(d.s.DeleteDraft(d.ctx, tenant, "anna", draft.ID))
			draft, its, err = d.s.BeginDraft(d.ctx, tenant, "anna", segment, KindForward, "")
			d.must(err)
			draft, err = d.s.SaveDraft(d.ctx, tenant, "anna", draft.ID, Edit{Version: draft.Version, To: []Address{{Address: "x@example.org"}}, Subject: "Fwd", HTML: draft.HTML})
			d.must(err)
			if _, err := d.s.Send(d.ctx, tenant, "anna", draft.ID, 0, false); len(its) != 2 || !strings.HasPrefix(fail.Code(err), "PAR-60") {
				t.Errorf("%+v %v", its, err)
			}
		})
		told := func() int {
			n, err := d.db.Read().NewSelect().Table("changes").Where("audience = 'u/anna' AND type = ?", TypeCase).Count(d.ctx)
			d.must(err)
			return int(n)
		}
		before := told()
		c.Start()
		d.Run("[E-23/virus-check] when it is back they are checked by themselves, the forwarded ones too, and the desk is told", func(t *testing.T) {
			d.until("the files are checked", func() bool { return d.states("away") == "clean, clean" })
			_, files := d.theMail("away")
			if code, body := d.get(api.file, files[1].ID); code != "" || body != "a file" {
				t.Errorf("%s %q", code, body)
			}
			if told() <= before {
				t.Error("nobody was told")
			}
			var draft Mail
			d.must(d.db.Read().NewSelect().Model(&draft).Where("m.state = 'draft'").Scan(d.ctx))
			d.must(second(d.s.Send(d.ctx, tenant, "anna", draft.ID, 0, false)))
		})
	})
}

// counting is a scanner that finds nothing, or what it is told to.
type counting struct {
	asked []string
	finds string
	err   error
}

func (c *counting) Check(_ context.Context, r io.Reader) (string, error) {
	b, err := io.ReadAll(r)
	c.asked = append(c.asked, string(b))
	return c.finds, errors.Join(err, c.err)
}

func TestVerdict(t *testing.T) {
	each(t, func(d *desk) {
		s := &counting{}
		d.s.scanner = s
		now := d.s.now()
		d.s.now = func() int64 { return now }
		checks := func(id string) {
			d.Helper()
			m, _ := d.theMail(id)
			d.must(d.s.check(d.ctx, checking{tenant, m.ID}))
		}
		jobsOf := func(id string) int {
			d.Helper()
			m, _ := d.theMail(id)
			n, err := d.db.Read().NewSelect().Table("river_job").Where("kind = ? AND CAST(args AS TEXT) LIKE ?", JobCheck, "%"+m.ID+"%").Count(d.ctx)
			d.must(err)
			return int(n)
		}
		d.Run("[E-23/virus-check] the job stands in the mail's transaction: a program that dies at once finds it again", func(t *testing.T) {
			d.comesRaw(parcel("one", pixel, "same"))
			if n := jobsOf("one"); n != 1 || d.states("one") != "waiting, waiting" {
				t.Errorf("%d jobs, %s", n, d.states("one"))
			}
		})
		d.Run("[E-23/virus-check] the same content is asked about once a day, whatever mail brings it", func(t *testing.T) {
			checks("one")
			d.comesRaw(parcel("two", pixel, "same", "other"))
			checks("two")
			if !slices.Equal(s.asked, []string{pixel, "same", "other"}) || d.states("two") != "clean, clean, clean" {
				t.Errorf("%q %s", s.asked, d.states("two"))
			}
			now += verdictHolds + 1
			s.finds = "Bad.News"
			d.comesRaw(parcel("three", pixel, "new"))
			checks("three")
			if len(s.asked) != 5 || d.states("three") != "infected Bad.News, infected Bad.News" {
				t.Errorf("%q %s", s.asked, d.states("three"))
			}
			if d.states("one") != "infected Bad.News, clean" { // the picture is the same one
				t.Errorf("the mail before: %s", d.states("one"))
			}
		})
		d.Run("[E-23/virus-check] a switched-off check opens what waits, never a virus; switched on again it is made up for", func(t *testing.T) {
			s.finds, s.err = "", virus.ErrTooLarge
			d.comesRaw(parcel("four", "GIF89a four", "four"))
			checks("four")
			if d.states("four") != "waiting too_large, waiting too_large" {
				t.Error(d.states("four"))
			}
			d.s.scanner = nil
			if d.states("four") != ", " || d.states("three") != "infected Bad.News, infected Bad.News" {
				t.Errorf("%s; %s", d.states("four"), d.states("three"))
			}
			checks("four")                                                                 // nothing to do
			d.must(d.db.Write(d.ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error { // they are done
				_, err := tx.NewDelete().Table("river_job").Where("kind = ?", JobCheck).Exec(ctx)
				return err
			}))
			d.s.scanner, s.err = s, nil
			d.must(d.s.checkAgain(d.ctx, tenant))
			if jobsOf("four") != 0 { // asked a moment ago
				t.Error("asked again too soon")
			}
			now += askAgain + 1
			d.must(d.s.checkAgain(d.ctx, tenant))
			d.must(d.s.checkAgain(d.ctx, tenant))
			if n := jobsOf("four"); n != 1 {
				t.Errorf("%d jobs", n)
			}
			checks("four")
			if d.states("four") != "clean, clean" {
				t.Error(d.states("four"))
			}
		})
	})
}
