package email

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"net/textproto"
	"strings"
	"testing"

	"parley/internal/letter"
)

// zipBomb is a small archive that holds a gigabyte of nothing.
func zipBomb(t *testing.T) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("nothing.txt")
	if err != nil {
		t.Fatal(err)
	}
	nothing := make([]byte, 1<<20)
	for range 1 << 10 {
		if _, err := w.Write(nothing); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func attached(name, kind, encoding, body string) string {
	return "From: mallory@example.org\r\nSubject: " + name + "\r\nMessage-ID: <bad-" + name + "@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\n\r\nSee it\r\n--b\r\nContent-Type: " + kind + "\r\nContent-Disposition: attachment; filename=" + name + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body + "\r\n--b--\r\n"
}

// TestBadMail sends what is meant to harm through the whole way: taken, understood, answered.
func TestBadMail(t *testing.T) {
	bomb := zipBomb(t)
	each(t, func(d *desk) {
		t := d.TB.(*testing.T)
		takes := func(raw string) *Mail {
			t.Helper()
			d.arrives(raw)
			d.understand()
			var m Mail
			d.must(d.db.Read().NewSelect().Model(&m).Where("m.tenant_id = ? AND m.direction = 'in'", tenant).Order("m.id DESC").Limit(1).Scan(d.ctx))
			if m.CaseID == "" {
				t.Fatal("it is in no case")
			}
			return &m
		}
		files := func(m *Mail) (out []MailFile) {
			d.must(d.db.Read().NewSelect().Model(&out).Where("f.tenant_id = ? AND f.mail_id = ?", tenant, m.ID).Scan(d.ctx))
			return out
		}
		d.Run("[E-2] [E-27/rules] line ends that hide in encoded words put no line into the head of the answer", func(t *testing.T) {
			d.ready("anna")
			raw := "From: =?utf-8?q?Mallory=0D=0ABcc:_a@evil.example?= <mallory@example.org>\r\nReply-To: =?utf-8?b?eA0KQmNjOiBiQGV2aWwuZXhhbXBsZQ==?= <reply@example.org>\r\n" +
				"Subject: =?utf-8?q?parcel=0D=0ABcc:_c@evil.example=0D=0A=0D=0A<b>body</b>?=\r\nMessage-ID: <inject@example.org>\r\n\r\nHello\r\n"
			_, segment := d.inHand("anna", raw)
			draft, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, KindReply, "")
			d.must(err)
			_, err = d.s.SaveDraft(d.ctx, tenant, "anna", draft.ID, Edit{Version: draft.Version, To: draft.To, Subject: draft.Subject, HTML: draft.HTML})
			d.must(err)
			_, err = d.s.Send(d.ctx, tenant, "anna", draft.ID, 0, false)
			d.must(err)
			d.send()
			sent := d.relay.all()
			out := sent[len(sent)-1]
			if strings.Contains(strings.Join(out.To, " "), "evil") || len(out.To) != 1 {
				t.Fatalf("it goes to %v", out.To)
			}
			head, _, _ := bytes.Cut(out.Raw, []byte("\r\n\r\n"))
			for line := range strings.SplitSeq(string(head), "\r\n") {
				if name, _, _ := strings.Cut(line, ":"); textproto.CanonicalMIMEHeaderKey(name) == "Bcc" {
					t.Fatalf("%q is in the head", line)
				}
			}
			l, err := letter.Read(out.Raw, letter.DefaultLimits)
			d.must(err)
			if strings.ContainsAny(l.Subject, "\r\n") || !strings.Contains(l.Subject, "parcel") {
				t.Fatalf("%q", l.Subject)
			}
		})
		d.Run("[E-2] [E-23/stored] a zip bomb stays the small file it is: nobody unpacks it", func(t *testing.T) {
			m := takes(attached("bomb.zip", "application/zip", "base64", base64.StdEncoding.EncodeToString(bomb)))
			kept := files(m)
			if len(kept) != 1 || kept[0].Size != int64(len(bomb)) || len(bomb) > 2<<20 {
				t.Fatalf("%+v, the bomb has %d bytes", kept, len(bomb))
			}
			content, err := d.s.content(d.ctx, tenant, kept[0].Hash)
			d.must(err)
			if !bytes.Equal(content, bomb) {
				t.Fatal("the file is another one")
			}
		})
		d.Run("[E-2] a multipart in a multipart in … is read as deep as is reasonable, and kept", func(t *testing.T) {
			var b strings.Builder
			b.WriteString("From: mallory@example.org\r\nSubject: deep\r\nMessage-ID: <deep@example.org>\r\n")
			for i := range 5_000 {
				fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
			}
			if m := takes(b.String() + "\r\ndeep\r\n"); m.Subject != "deep" {
				t.Fatalf("%+v", m)
			}
		})
		d.Run("[E-2] lengths that lie, parts that end nowhere and broken encodings cost no other part", func(t *testing.T) {
			for name, raw := range map[string]string{
				"long.txt":   strings.Replace(attached("long.txt", "text/plain", "7bit", "whole"), "\r\n\r\nwhole", "\r\nContent-Length: 99999999999\r\n\r\nwhole", 1),
				"minus.txt":  strings.Replace(attached("minus.txt", "text/plain", "7bit", "whole"), "\r\n\r\nwhole", "\r\nContent-Length: -1\r\n\r\nwhole", 1),
				"cut.txt":    strings.Replace(attached("cut.txt", "text/plain", "base64", "d2hvbGU"), "--b--\r\n", "", 1),
				"broken.txt": attached("broken.txt", "text/plain", "base64", "d2hv\r\nbGU=***"),
			} {
				m := takes("Content-Length: 7\r\nLines: -3\r\n" + raw)
				kept := files(m)
				if !strings.Contains(m.Text, "See it") || len(kept) != 1 || kept[0].Name != name {
					t.Fatalf("%s: %q %+v", name, m.Text, kept)
				}
				content, err := d.s.content(d.ctx, tenant, kept[0].Hash)
				d.must(err)
				if !strings.HasPrefix(string(content), "whole") {
					t.Errorf("%s: %q", name, content)
				}
			}
		})
		d.Run("[E-2] whatever came, the raw mail is still there byte by byte", func(t *testing.T) {
			var all []intake
			d.must(d.db.Read().NewSelect().Model(&all).Where("t.tenant_id = ?", tenant).Scan(d.ctx))
			for _, one := range all {
				if raw, err := d.s.raw(d.ctx, tenant, one.RawHash); err != nil || len(raw) == 0 || one.State != IntakeTaken {
					t.Errorf("%s: %d bytes, %v", one.State, len(raw), err)
				}
			}
			if len(all) < 7 {
				t.Errorf("%d mails came", len(all))
			}
		})
	})
}
